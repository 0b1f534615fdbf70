/** Which route is found, and what goes up. */
@NullMarked
package dev.sallyport.core.route;

import org.jspecify.annotations.NullMarked;
