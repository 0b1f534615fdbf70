/** Tokens and keys: parse, verify, sign. The only room that knows Nimbus, which never fetches here. */
@NullMarked
package dev.sallyport.core.jose;

import org.jspecify.annotations.NullMarked;
