/** Files that are replaced whole. */
@NullMarked
package dev.sallyport.server.file;

import org.jspecify.annotations.NullMarked;
