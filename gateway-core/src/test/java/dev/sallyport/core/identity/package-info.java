/** Tests of who was proven. */
@NullMarked
package dev.sallyport.core.identity;

import org.jspecify.annotations.NullMarked;
