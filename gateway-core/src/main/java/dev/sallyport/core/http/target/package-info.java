/** The request target, read once into one path and one host, or refused. */
@NullMarked
package dev.sallyport.core.http.target;

import org.jspecify.annotations.NullMarked;
