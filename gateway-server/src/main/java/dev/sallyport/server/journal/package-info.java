/** Records on disk that a crash does not take. */
@NullMarked
package dev.sallyport.server.journal;

import org.jspecify.annotations.NullMarked;
