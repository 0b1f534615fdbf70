/** Authenticators, from what is written about each. */
@NullMarked
package dev.sallyport.core.gateway.compile.authenticator;

import org.jspecify.annotations.NullMarked;
