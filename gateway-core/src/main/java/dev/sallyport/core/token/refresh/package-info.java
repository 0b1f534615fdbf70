/** Refresh tokens of the token service: each used once, kept over a restart by their hashes alone. */
@NullMarked
package dev.sallyport.core.token.refresh;

import org.jspecify.annotations.NullMarked;
