/** Tokens that only the holder of a key may use: client certificates (RFC 8705) and proofs (RFC 9449). */
@NullMarked
package dev.sallyport.core.auth.binding;

import org.jspecify.annotations.NullMarked;
