/** One request and its answer: the client's side, the upstream's side, and the exchange that joins them. */
@NullMarked
package dev.sallyport.server.exchange;

import org.jspecify.annotations.NullMarked;
