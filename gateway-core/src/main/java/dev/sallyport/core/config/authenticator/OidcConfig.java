package dev.sallyport.core.config.authenticator;

import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.Kind;
import dev.sallyport.core.config.oauth.OAuthClientConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Users in a browser. */
@Kind("oidc")
@Doc("Users who sign in with an OpenID provider in the browser, and then have a session.")
public record OidcConfig(
        @Doc("Exact issuer; the rest is found through its discovery document.") String issuer,
        @Doc("Who the gateway is at the provider.") OAuthClientConfig client,
        @Doc("Scopes to ask for, `openid` among them; some providers want `offline_access` for a refresh token.") @Default("[openid]") List<String> scopes,
        @Doc("Path to which the provider sends the browser back; register it there, with each host in front.") @Default("/oauth2/callback") String callback,
        @Doc("Path that ends the session.") @Default("/oauth2/logout") String logout,
        @Doc("Path at which the provider tells of log-outs.") @Default("/oauth2/backchannel") String backChannelLogout,
        @Doc("Page to which a browser comes behind a log-out.") @Default("/") String afterLogout,
        @Doc("How long a session lasts.") @Default("{}") SessionConfig session,
        @Doc("Send the user's access token up as `Authorization: Bearer`.") @Default("false") boolean forwardAccessToken,
        @Doc("Ask the provider for user information at sign-in, for claims that its ID token does not have.") @Default("false") boolean userInfo,
        @Doc("Signature algorithms of the provider's tokens.") @Default("[RS256, ES256]") List<JwtConfig.Algorithm> algorithms,
        @Doc("How far clocks may be apart.") @Default("30s") Duration clockSkew,
        @Doc("Longest wait for the provider.") @Default("5s") Duration timeout,
        @Doc("PEM file of the only authorities to trust for calls to the provider.") Optional<Path> ca,
        @Doc("Trust a provider over plain HTTP.") @Default("false") boolean insecureAllowHttp)
        implements AuthenticatorConfig {

    public record SessionConfig(
            @Doc("Longest pause between two requests.") @Default("30m") Duration idle,
            @Doc("Longest time from sign-in, whatever is done.") @Default("12h") Duration absolute,
            @Doc("Sessions open at once, of some 4 KiB each.") @Default("50000") int max) {}
}
