/** The request as proven fact: what the wire said, parsed once, without any I/O. */
@NullMarked
package dev.sallyport.core.http;

import org.jspecify.annotations.NullMarked;
