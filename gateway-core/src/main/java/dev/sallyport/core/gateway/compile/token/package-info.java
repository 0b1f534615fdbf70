/** Tokens of the gateway's own making, from what is written about them. */
@NullMarked
package dev.sallyport.core.gateway.compile.token;

import org.jspecify.annotations.NullMarked;
