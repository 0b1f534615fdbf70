/** How a provider, and the gateway as its client, are written down by all who need one. */
@NullMarked
package dev.sallyport.core.gateway.compile.provider;

import org.jspecify.annotations.NullMarked;
