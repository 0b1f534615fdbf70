/** A configuration becomes a snapshot: references are resolved, files read, and what did not change is carried over. */
@NullMarked
package dev.sallyport.core.gateway.compile;

import org.jspecify.annotations.NullMarked;
