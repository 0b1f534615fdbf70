/** The schema that editors use, and the reference, both held against the records. */
@NullMarked
package dev.sallyport.core.config.bind;

import org.jspecify.annotations.NullMarked;
