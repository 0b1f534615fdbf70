/** What core asks of the outside world. Everything here is an interface that the server implements, or a value that crosses it. */
@NullMarked
package dev.sallyport.core.port;

import org.jspecify.annotations.NullMarked;
