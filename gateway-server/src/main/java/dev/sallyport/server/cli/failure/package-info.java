/** How a command ends when it cannot do what it was asked. */
@NullMarked
package dev.sallyport.server.cli.failure;

import org.jspecify.annotations.NullMarked;
