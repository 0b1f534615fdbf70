/** From tree to records and from records to JSON Schema, by one reflection. */
@NullMarked
package dev.sallyport.core.config.bind;

import org.jspecify.annotations.NullMarked;
