/** The client's side of exchanges: its connection, read as one request after the other, and the streams that are answered on it. */
@NullMarked
package dev.sallyport.server.exchange.downstream;

import org.jspecify.annotations.NullMarked;
