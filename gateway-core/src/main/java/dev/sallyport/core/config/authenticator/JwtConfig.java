package dev.sallyport.core.config.authenticator;

import dev.sallyport.core.config.authenticator.SenderConfig.DpopConfig;
import dev.sallyport.core.config.authenticator.SenderConfig.SenderConstraint;
import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.Kind;
import dev.sallyport.core.config.bind.annotation.NotYet;
import dev.sallyport.core.config.bind.annotation.Word;
import dev.sallyport.core.config.value.Lifetime;
import dev.sallyport.core.port.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tokens of one issuer. */
@Kind("jwt")
@Doc("Signed tokens (JWS) of one issuer.")
public record JwtConfig(
        @Doc("Exact value of `iss`.") String issuer,
        @Doc("Values of `aud` that are meant for us; any match passes.") List<String> audiences,
        @Doc("Signature algorithms that are taken.") List<Algorithm> algorithms,
        @Doc("Where the issuer's public keys come from.") Optional<KeysConfig> keys,
        @Doc("Shared secret, for HS256, HS384 and HS512.") Optional<Secret> secret,
        @Doc("Longest lifetime of a token, or `unlimited`.") @Default("15m") Lifetime maxLifetime,
        @Doc("How far clocks may be apart, for `exp`, `nbf` and `iat`.") @Default("30s") Duration clockSkew,
        @Doc("Refuse tokens without `jti`.") @Default("false") boolean requireJti,
        @Doc("Value that the header `typ` must have.") Optional<String> type,
        @Doc("Claim that names the subject.") @Default("sub") String subjectClaim,
        @Doc("Claims that hold scopes; the first that is there counts.") @Default("[scope, scp]") List<String> scopeClaims,
        @Doc("By what tokens must be bound to their sender's key; with none, bound ones are refused.") @Default("none") SenderConstraint senderConstraint,
        @Doc("Proofs of possession, for senderConstraint dpop and any.") @Default("{}") DpopConfig dpop,
        @Doc("Where the token stands in the request.") @Default("{header: Authorization, scheme: Bearer}") FromConfig from,
        @Doc("Tokens and subjects that are called back.") Optional<RevocationsConfig> revocations)
        implements AuthenticatorConfig {

    /** Named as in RFC 7518; {@code EdDSA} means Ed25519. */
    public enum Algorithm {
        @Word("RS256") RS256, @Word("RS384") RS384, @Word("RS512") RS512,
        @Word("PS256") PS256, @Word("PS384") PS384, @Word("PS512") PS512,
        @Word("ES256") ES256, @Word("ES384") ES384, @Word("ES512") ES512,
        @Word("EdDSA") EDDSA,
        @Word("HS256") HS256, @Word("HS384") HS384, @Word("HS512") HS512;

        public boolean isShared() {
            return this == HS256 || this == HS384 || this == HS512;
        }
    }

    /** Exactly one of {@code jwks}, {@code discovery}, {@code file}, {@code tokenService}. */
    public record KeysConfig(
            @Doc("URL of the JWK Set.") Optional<URI> jwks,
            @Doc("Find the JWK Set through the issuer's discovery document.") @Default("false") boolean discovery,
            @Doc("JWK Set or PEM file.") Optional<Path> file,
            @Doc("The keys of the gateway's own `tokenService`.") @Default("false") boolean tokenService,
            @Doc("PEM file of the only authorities to trust for the fetch.") Optional<Path> ca,
            @Doc("Pause between scheduled refreshes.") @Default("10m") Duration refreshEvery,
            @Doc("How long old keys serve while the provider is down.") @Default("24h") Duration staleFor,
            @Doc("Least pause between refreshes that unknown key ids cause.") @Default("30s") Duration coolDown,
            @Doc("Fetch over plain HTTP.") @Default("false") boolean insecureAllowHttp) {}

    public record FromConfig(
            @Doc("Header that carries the token.") @Default("Authorization") String header,
            @Doc("Scheme in front of it; without one the header holds the token alone.") Optional<String> scheme) {}

    @NotYet({"journal"})
    public record RevocationsConfig(@Doc("Revocation file.") Path file) {}
}
