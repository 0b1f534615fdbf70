/** The gateway as a client of an OpenID provider: discovery, the token endpoint, user information. */
@NullMarked
package dev.sallyport.core.oauth.openid;

import org.jspecify.annotations.NullMarked;
