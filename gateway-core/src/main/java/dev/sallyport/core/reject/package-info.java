/** Every way in which the gateway refuses, once. */
@NullMarked
package dev.sallyport.core.reject;

import org.jspecify.annotations.NullMarked;
