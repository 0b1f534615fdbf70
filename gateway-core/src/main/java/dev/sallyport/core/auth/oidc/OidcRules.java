package dev.sallyport.core.auth.oidc;

import dev.sallyport.core.http.GatewayCookies;
import dev.sallyport.core.jose.JwsAlgorithm;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How users sign in with one provider.
 *
 * @param name the authenticator's
 * @param scopes to ask for, {@code openid} among them
 * @param paths where the gateway answers
 * @param algorithms with which the provider may sign
 */
public record OidcRules(
        String name, String issuer, String clientId, List<String> scopes, Paths paths, Set<JwsAlgorithm> algorithms, Duration clockSkew,
        UserInformation userInformation, AccessToken accessToken) {

    /**
     * The gateway's own paths.
     *
     * @param afterLogOut page to which a browser comes back
     */
    public record Paths(String callback, String logOut, String backChannelLogOut, String afterLogOut) {}

    /** Whether the provider is asked for more than the ID token says (OpenID Connect Core §5.3). */
    public enum UserInformation { NOT_ASKED, ASKED_AT_SIGN_IN }

    /** Whether upstreams see the user's access token. */
    public enum AccessToken { WITHHELD, FORWARDED }

    /** Of the session. Authenticators do not share theirs. */
    public String sessionCookie() {
        return GatewayCookies.PREFIX + name;
    }

    /** Of each attempt to sign in, with what tells it from others behind; no authenticator's name has the sign in between. */
    public String attemptCookies() {
        return sessionCookie() + "~";
    }
}
