/** How callers prove who they are, as it is written. */
@NullMarked
package dev.sallyport.core.config.authenticator;

import org.jspecify.annotations.NullMarked;
