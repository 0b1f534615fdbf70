/** Tests of admission. */
@NullMarked
package dev.sallyport.core.policy;

import org.jspecify.annotations.NullMarked;
