/** Tests. */
@NullMarked
package dev.sallyport.core.http.uri;

import org.jspecify.annotations.NullMarked;
