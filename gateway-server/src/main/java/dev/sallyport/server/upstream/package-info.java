/** Connections to backends: pools per event loop, balancing, passive health. */
@NullMarked
package dev.sallyport.server.upstream;

import org.jspecify.annotations.NullMarked;
