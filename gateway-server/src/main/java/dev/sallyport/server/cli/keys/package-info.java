/** API keys from the command line: made, listed, revoked, rotated, imported. */
@NullMarked
package dev.sallyport.server.cli.keys;

import org.jspecify.annotations.NullMarked;
