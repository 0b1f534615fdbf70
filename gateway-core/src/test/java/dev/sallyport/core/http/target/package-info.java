/** Tests. */
@NullMarked
package dev.sallyport.core.http.target;

import org.jspecify.annotations.NullMarked;
