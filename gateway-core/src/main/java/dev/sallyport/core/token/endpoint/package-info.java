/** The endpoints of the token service: tokens are given out, called back, and told about. */
@NullMarked
package dev.sallyport.core.token.endpoint;

import org.jspecify.annotations.NullMarked;
