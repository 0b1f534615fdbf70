/** Whole decisions, and the shape of the code. */
@NullMarked
package dev.sallyport.core.gateway;

import org.jspecify.annotations.NullMarked;
