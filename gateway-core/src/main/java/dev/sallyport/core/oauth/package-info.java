/** The gateway as a client of an authorization server (RFC 6749): how it proves itself, and one call where many want the same answer. */
@NullMarked
package dev.sallyport.core.oauth;

import org.jspecify.annotations.NullMarked;
