/** Who was proven, and the headers that say so to the upstream. */
@NullMarked
package dev.sallyport.core.identity;

import org.jspecify.annotations.NullMarked;
