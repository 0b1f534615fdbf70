/** Sockets that accept clients, and the ladder of handlers on each connection. */
@NullMarked
package dev.sallyport.server.listen;

import org.jspecify.annotations.NullMarked;
