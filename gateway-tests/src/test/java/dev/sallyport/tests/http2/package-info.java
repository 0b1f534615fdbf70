/** What clients of HTTP/2 get, good ones and bad ones. */
@NullMarked
package dev.sallyport.tests.http2;

import org.jspecify.annotations.NullMarked;
