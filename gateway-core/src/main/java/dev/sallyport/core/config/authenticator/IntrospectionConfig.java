package dev.sallyport.core.config.authenticator;

import dev.sallyport.core.config.authenticator.JwtConfig.FromConfig;
import dev.sallyport.core.config.authenticator.SenderConfig.DpopConfig;
import dev.sallyport.core.config.authenticator.SenderConfig.SenderConstraint;
import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.Kind;
import dev.sallyport.core.config.oauth.OAuthClientConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tokens that only their provider can read. */
@Kind("introspection")
@Doc("Opaque tokens, about which their provider is asked (RFC 7662).")
public record IntrospectionConfig(
        @Doc("URL of the provider's introspection endpoint.") URI endpoint,
        @Doc("Exact value that the answer's `iss` must have.") Optional<String> issuer,
        @Doc("Values of `aud` that are meant for us; any match passes.") List<String> audiences,
        @Doc("Who the gateway is at the provider.") OAuthClientConfig client,
        @Doc("Longest time for which an active token is not asked about again; its own end comes first.") @Default("30s") Duration cacheFor,
        @Doc("Time for which a refused token is not asked about again.") @Default("5s") Duration negativeFor,
        @Doc("Longest wait for the provider.") @Default("5s") Duration timeout,
        @Doc("How far clocks may be apart, for `exp`, `nbf` and `iat`.") @Default("30s") Duration clockSkew,
        @Doc("Member of the answer that names the subject.") @Default("sub") String subjectClaim,
        @Doc("Members that hold scopes; the first that is there counts.") @Default("[scope]") List<String> scopeClaims,
        @Doc("By what tokens must be bound to their sender's key; with none, bound ones are refused.") @Default("none") SenderConstraint senderConstraint,
        @Doc("Proofs of possession, for senderConstraint dpop and any.") @Default("{}") DpopConfig dpop,
        @Doc("Where the token stands in the request.") @Default("{header: Authorization, scheme: Bearer}") FromConfig from,
        @Doc("PEM file of the only authorities to trust for the call.") Optional<Path> ca,
        @Doc("Ask over plain HTTP.") @Default("false") boolean insecureAllowHttp,
        @Doc("Take tokens that the provider issued for any API; then `audiences` is left out.") @Default("false") boolean insecureAnyAudience)
        implements AuthenticatorConfig {}
