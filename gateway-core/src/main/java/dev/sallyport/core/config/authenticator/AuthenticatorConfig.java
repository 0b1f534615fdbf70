package dev.sallyport.core.config.authenticator;

import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.Inline;
import dev.sallyport.core.config.bind.annotation.Kind;
import dev.sallyport.core.config.bind.annotation.NotYet;
import dev.sallyport.core.config.bind.annotation.Word;
import dev.sallyport.core.config.value.ByteSize;
import dev.sallyport.core.port.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A way to prove who is asking; its one key says which. */
public sealed interface AuthenticatorConfig permits
        AuthenticatorConfig.ApiKeyConfig,
        JwtConfig,
        IntrospectionConfig,
        OidcConfig,
        AuthenticatorConfig.HmacConfig,
        AuthenticatorConfig.MtlsConfig {

    @Kind("apiKey")
    @Doc("Keys that are known by their SHA-256.")
    record ApiKeyConfig(
            @Doc("Header that carries the key.") @Default("X-API-Key") String header,
            @Doc("Where the keys are known.") StoreConfig store) implements AuthenticatorConfig {}

    record StoreConfig(@Doc("API-key file: YAML, or JSON lines.") Path file) {}

    @Kind("hmac")
    @Doc("A keyed hash over the content, as webhooks carry it.")
    record HmacConfig(
            @Doc("Whose way of signing.") HmacScheme scheme,
            @Doc("`body` only: header with the signature, in hex or base64, with or without `sha256=`.") Optional<String> header,
            @Doc("`body` only: header with a Unix time; then the MAC is over `<timestamp>.<body>`.") Optional<String> timestampHeader,
            @Doc("How far the timestamp may be off, either way.") @Default("5m") Duration tolerance,
            @Doc("Shared secrets by a name of your own; several for rotation, each of 16 bytes or more.") Map<String, Secret> secrets,
            @Doc("Largest content to check.") @Default("1MiB") ByteSize maxBody,
            @Doc("Who the sender is; by default the authenticator's name.") Optional<String> subject,
            @Doc("What the sender may do.") List<String> scopes) implements AuthenticatorConfig {}

    @NotYet({"http-message-signatures"})
    enum HmacScheme {
        BODY,
        GITHUB,
        STRIPE,
        SLACK,
        @Word("standard-webhooks") STANDARD_WEBHOOKS
    }

    @Kind("mtls")
    @Doc("The client certificate that the handshake proved.")
    record MtlsConfig(
            @Doc("Names that are let in; `*` crosses no `/`, `.` or RDN.") List<AllowedName> allow,
            @Doc("Who the client is; by default the matched name.") Optional<String> subject,
            @Doc("What the client may do.") List<String> scopes) implements AuthenticatorConfig {}

    /** A pattern for one kind of name in a certificate. */
    sealed interface AllowedName {
        @Kind("spiffe")
        @Doc("The one URI name, a SPIFFE id.")
        record Spiffe(@Inline String pattern) implements AllowedName {}

        @Kind("dns")
        @Doc("A DNS name among the subject alternative names.")
        record Dns(@Inline String pattern) implements AllowedName {}

        @Kind("subject")
        @Doc("The whole subject as RFC 4514 writes it, RDN by RDN.")
        record Subject(@Inline String pattern) implements AllowedName {}

        default dev.sallyport.core.auth.certificate.AllowedName compiled() {
            return switch (this) {
                case Spiffe(String pattern) -> new dev.sallyport.core.auth.certificate.AllowedName.Spiffe(pattern);
                case Dns(String pattern) -> new dev.sallyport.core.auth.certificate.AllowedName.Dns(pattern);
                case Subject(String pattern) -> new dev.sallyport.core.auth.certificate.AllowedName.Subject(pattern);
            };
        }
    }
}
