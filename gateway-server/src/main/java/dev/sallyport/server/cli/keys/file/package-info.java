/** The format of key files. */
@NullMarked
package dev.sallyport.server.cli.keys.file;

import org.jspecify.annotations.NullMarked;
