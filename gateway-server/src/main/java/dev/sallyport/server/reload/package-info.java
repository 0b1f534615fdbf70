/** One watcher, one compile, one swap: a changed file becomes a new snapshot behind one volatile reference. */
@NullMarked
package dev.sallyport.server.reload;

import org.jspecify.annotations.NullMarked;
