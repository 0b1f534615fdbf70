/** HTTP/2 by hand: any frame may be sent, and what comes back is taken apart without a library. */
@NullMarked
package dev.sallyport.tests.harness.http2;

import org.jspecify.annotations.NullMarked;
