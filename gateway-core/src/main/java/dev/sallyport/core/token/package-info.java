/** Tokens of the gateway's own making. */
@NullMarked
package dev.sallyport.core.token;

import org.jspecify.annotations.NullMarked;
