/** A client's connection and its streams, over the library's frames (RFC 9113). */
@NullMarked
package dev.sallyport.server.exchange.downstream.http2;

import org.jspecify.annotations.NullMarked;
