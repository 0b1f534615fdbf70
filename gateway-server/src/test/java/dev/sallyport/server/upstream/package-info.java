/** Pools against real sockets on the loopback address. */
@NullMarked
package dev.sallyport.server.upstream;

import org.jspecify.annotations.NullMarked;
