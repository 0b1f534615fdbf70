package dev.sallyport.core.config;

import dev.sallyport.core.config.authenticator.AuthenticatorConfig;
import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.Names;
import dev.sallyport.core.config.bind.annotation.NotYet;
import dev.sallyport.core.config.oauth.AssertionConfig;
import dev.sallyport.core.config.oauth.TokenServiceConfig;
import dev.sallyport.core.config.value.BindAddress;
import dev.sallyport.core.config.value.HeaderChoice;
import dev.sallyport.core.config.value.NetworkText;
import dev.sallyport.core.port.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A whole configuration: one file, or a directory of files merged by key. */
@NotYet({"credentials", "state", "login"})
public record GatewayConfig(
        @Doc("Addresses to listen on, by name.") @Names Map<String, ListenerConfig> listeners,
        @Doc("The port for operators: metrics, health, status.") Optional<AdminConfig> admin,
        @Doc("Networks whose forwarding headers, and PROXY headers, are believed.") List<NetworkText> trustedProxies,
        @Doc("Ways to prove who is asking, by name.") @Names Map<String, AuthenticatorConfig> authenticators,
        @Doc("Backend APIs, by name.") @Names Map<String, UpstreamConfig> upstreams,
        @Doc("Which request goes where, and who may send it, by name.") @Names Map<String, RouteConfig> routes,
        @Doc("How the upstream learns who was proven.") @Default("{}") IdentityConfig identity,
        @Doc("Credentials that are called back while still in date.") @Default("{}") RevocationConfig revocation,
        @Doc("The gateway as an authorization server for clients of its own; off without it.") Optional<TokenServiceConfig> tokenService,
        @Doc("One JSON line for each request.") @Default("{}") LogConfig accessLog,
        @Doc("One JSON line for each decision on a credential.") @Default("{}") LogConfig auditLog,
        @Doc("What clients learn of a refusal.") @Default("{}") ErrorsConfig errors) {

    public record AdminConfig(
            @Doc("Address and port; keep it off public networks.") @Default("127.0.0.1:9901") BindAddress bind,
            @Doc("Bearer token for everything but metrics and health; refused without one.") Optional<Secret> token) {}

    public record RevocationConfig(
            @Doc("Revocation file, for all authenticators.") Optional<Path> file,
            @Doc("File that keeps what `POST /revocations` of the admin port calls back; without one such calls are refused.") Optional<Path> journal) {}

    public record IdentityConfig(
            @Doc("Names of the identity headers.") @Default("{}") IdentityHeadersConfig headers,
            @Doc("Claims to pass on: claim to header name.") Map<String, String> claims,
            @Doc("A signed token that says the same; its keys are at /.well-known/sallyport/jwks.json.") Optional<AssertionConfig> assertion) {}

    public record IdentityHeadersConfig(
            @Doc("Header for the subject, or false.") @Default("X-Auth-Subject") HeaderChoice subject,
            @Doc("Header for the methods, or false.") @Default("X-Auth-Method") HeaderChoice method,
            @Doc("Header for the authenticators' names, or false.") @Default("X-Auth-Authenticator") HeaderChoice authenticator,
            @Doc("Header for the scopes, or false.") @Default("X-Auth-Scopes") HeaderChoice scopes,
            @Doc("Header for the credential's public id, or false.") @Default("X-Auth-Key-Id") HeaderChoice keyId,
            @Doc("Header for the token's issuer, or false.") @Default("X-Auth-Issuer") HeaderChoice issuer) {}

    public record LogConfig(
            @Doc("Whether it is written.") @Default("true") boolean enabled,
            @Doc("File to append to; standard output without one.") Optional<Path> file,
            @Doc("Whether the query is shown; what looks like a credential in it is masked even then.") @Default("omitted") QueryLogging query) {}

    public enum QueryLogging { OMITTED, MASKED }

    public record ErrorsConfig(
            @Doc("Whether clients are told what exactly was wrong; for development.") @Default("false") boolean detail) {}
}
