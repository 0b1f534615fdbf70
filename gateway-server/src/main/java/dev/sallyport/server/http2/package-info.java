/** Our reading of what HTTP/2 carries (RFC 9113 §8): field blocks to and from the same facts that HTTP/1.1 gives. */
@NullMarked
package dev.sallyport.server.http2;

import org.jspecify.annotations.NullMarked;
