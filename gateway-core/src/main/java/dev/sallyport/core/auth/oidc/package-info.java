/** Users who sign in with an OpenID provider in the browser (OpenID Connect Core), and the sessions that they get. */
@NullMarked
package dev.sallyport.core.auth.oidc;

import org.jspecify.annotations.NullMarked;
