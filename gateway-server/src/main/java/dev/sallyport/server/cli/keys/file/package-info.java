/** The key file, changed whole or not at all. */
@NullMarked
package dev.sallyport.server.cli.keys.file;

import org.jspecify.annotations.NullMarked;
