/** Calls of other servers: one where many want the same answer, and no more at once than may be. */
@NullMarked
package dev.sallyport.core.oauth.call;

import org.jspecify.annotations.NullMarked;
