/** OAuth clients of the token service from the command line: made, listed, revoked. */
@NullMarked
package dev.sallyport.server.cli.clients;

import org.jspecify.annotations.NullMarked;
