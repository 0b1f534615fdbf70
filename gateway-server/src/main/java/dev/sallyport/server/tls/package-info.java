/** TLS towards clients: contexts, choice of certificate by name, what the handshake proved. */
@NullMarked
package dev.sallyport.server.tls;

import org.jspecify.annotations.NullMarked;
