/** What either side of a TLS connection is configured with. */
@NullMarked
package dev.sallyport.core.tls;

import org.jspecify.annotations.NullMarked;
