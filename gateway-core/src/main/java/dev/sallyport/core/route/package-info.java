/** Which compiled route, and what changes on the way up. */
@NullMarked
package dev.sallyport.core.route;

import org.jspecify.annotations.NullMarked;
