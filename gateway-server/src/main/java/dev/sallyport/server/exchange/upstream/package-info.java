/** The upstream's side of exchanges: one try to have a request answered, and whether another may follow. */
@NullMarked
package dev.sallyport.server.exchange.upstream;

import org.jspecify.annotations.NullMarked;
