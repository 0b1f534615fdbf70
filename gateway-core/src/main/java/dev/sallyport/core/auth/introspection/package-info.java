/** Bearer tokens that only their provider can read (RFC 7662). */
@NullMarked
package dev.sallyport.core.auth.introspection;

import org.jspecify.annotations.NullMarked;
