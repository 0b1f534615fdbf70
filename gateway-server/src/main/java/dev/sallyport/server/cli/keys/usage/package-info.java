/** How often each key was used, asked of the running gateway. */
@NullMarked
package dev.sallyport.server.cli.keys.usage;

import org.jspecify.annotations.NullMarked;
