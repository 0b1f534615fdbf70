/** Our strict reader and writer of HTTP/1.1 messages (RFC 9112) on Netty's buffers: it is the framing guard. */
@NullMarked
package dev.sallyport.server.http1;

import org.jspecify.annotations.NullMarked;
