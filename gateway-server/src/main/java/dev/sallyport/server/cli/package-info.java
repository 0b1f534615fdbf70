/** The command line: run, check, explain, keys, sign, quickstart. */
@NullMarked
package dev.sallyport.server.cli;

import org.jspecify.annotations.NullMarked;
