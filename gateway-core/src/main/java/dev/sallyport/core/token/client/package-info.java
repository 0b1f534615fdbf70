/** The clients of the token service: how they are registered, and how they prove who they are. */
@NullMarked
package dev.sallyport.core.token.client;

import org.jspecify.annotations.NullMarked;
