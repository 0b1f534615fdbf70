/** Configuration becomes a snapshot; a snapshot decides. */
@NullMarked
package dev.sallyport.core.gateway;

import org.jspecify.annotations.NullMarked;
