/** What the quickstart shows: an echo upstream, credentials made on the spot, and requests to try. */
@NullMarked
package dev.sallyport.server.cli.quickstart;

import org.jspecify.annotations.NullMarked;
