/** What the two sides of a tunnel have in common, and what the gateway itself has to know of the WebSocket protocol. */
@NullMarked
package dev.sallyport.server.exchange.tunnel;

import org.jspecify.annotations.NullMarked;
