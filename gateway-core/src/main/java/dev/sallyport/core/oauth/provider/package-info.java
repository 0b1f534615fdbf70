/** The gateway as a client of an authorization server (RFC 6749) or an OpenID provider: how it proves itself, discovery, the token endpoint, user information. */
@NullMarked
package dev.sallyport.core.oauth.provider;

import org.jspecify.annotations.NullMarked;
