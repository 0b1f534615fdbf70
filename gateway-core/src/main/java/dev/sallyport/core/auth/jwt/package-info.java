/** Bearer tokens that are signed (RFC 7519, RFC 8725). */
@NullMarked
package dev.sallyport.core.auth.jwt;

import org.jspecify.annotations.NullMarked;
