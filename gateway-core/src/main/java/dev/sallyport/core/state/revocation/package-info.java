/** What was called back while still in date: by a file, or by a call that a journal keeps. */
@NullMarked
package dev.sallyport.core.state.revocation;

import org.jspecify.annotations.NullMarked;
