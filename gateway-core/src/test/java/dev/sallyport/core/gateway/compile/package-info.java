/** Configurations of every pattern, compiled with key material made on the spot. */
@NullMarked
package dev.sallyport.core.gateway.compile;

import org.jspecify.annotations.NullMarked;
