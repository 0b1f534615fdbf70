/** The request target (RFC 9112 §3.2): read once into one host and one path, or refused. */
@NullMarked
package dev.sallyport.core.http.uri;

import org.jspecify.annotations.NullMarked;
