/** Files that hold a list: changed whole or not at all, and shown as a table. */
@NullMarked
package dev.sallyport.server.cli.list;

import org.jspecify.annotations.NullMarked;
