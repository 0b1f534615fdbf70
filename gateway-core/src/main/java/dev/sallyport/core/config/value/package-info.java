/** What a scalar can say: sizes, addresses, names. */
@NullMarked
package dev.sallyport.core.config.value;

import org.jspecify.annotations.NullMarked;
