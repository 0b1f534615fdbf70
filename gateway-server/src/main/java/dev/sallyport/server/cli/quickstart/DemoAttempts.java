package dev.sallyport.server.cli.quickstart;

import dev.sallyport.core.auth.signature.BodyScheme;
import dev.sallyport.core.auth.signature.SignatureScheme.SignedField;
import dev.sallyport.core.port.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** For each pattern: what works, and what must not. */
record DemoAttempts(Path folder, int port, DemoTokens tokens, String apiKey, String expiredKey, String clientSecret, byte[] webhookSecret) {
    private static final String HEADER = "X-Signature-256";
    private static final Duration SIGNATURE_AGE = Duration.ofHours(1);

    List<Attempt> all() {
        return Stream.of(apiKeys(), jsonWebTokens(), tokenService(), signatures(), clientCertificates()).flatMap(List::stream).toList();
    }

    private List<Attempt> apiKeys() {
        String path = "/partners/orders";
        return List.of(
                Attempt.accepted("an API key", curl(path, header("X-API-Key", apiKey))),
                Attempt.refused("no credential", 401, "credentials_missing", curl(path, "")),
                Attempt.refused("an API key with a typing error", 401, "api_key_malformed", curl(path, header("X-API-Key", mistyped(apiKey)))),
                Attempt.refused("an expired API key", 401, "api_key_expired", curl(path, header("X-API-Key", expiredKey))),
                Attempt.refused("the good API key on a route that takes tokens", 401, "credentials_missing",
                        curl("/users/me", header("X-API-Key", apiKey))));
    }

    private List<Attempt> jsonWebTokens() {
        String path = "/users/me";
        return List.of(
                Attempt.accepted("a JSON Web Token", curl(path, bearer(tokens.good()))),
                Attempt.refused("an expired token", 401, "token_expired", curl(path, bearer(tokens.expired()))),
                Attempt.refused("a token for another API", 401, "token_audience_mismatch", curl(path, bearer(tokens.otherAudience()))),
                Attempt.refused("a token of another issuer", 401, "token_issuer_mismatch", curl(path, bearer(tokens.otherIssuer()))),
                Attempt.refused("a token whose subject was changed", 401, "token_signature_invalid", curl(path, bearer(tokens.tampered()))),
                Attempt.refused("a token without the scope", 403, "scope_insufficient", curl(path, bearer(tokens.withoutScope()))),
                Attempt.refused("the good token on a route that takes API keys", 401, "credentials_missing",
                        curl("/partners/orders", bearer(tokens.good()))));
    }

    private List<Attempt> tokenService() {
        String path = "/oauth2/token";
        String ask = client(clientSecret) + " -d grant_type=client_credentials";
        return List.of(
                Attempt.accepted(
                        "an access token of the gateway's own; it opens https://localhost:" + port + "/services/stock with 'Authorization: Bearer'",
                        curl(path, ask)),
                Attempt.refused("a wrong secret of the client", 401, "client_proof_invalid",
                        curl(path, client(mistyped(clientSecret)) + " -d grant_type=client_credentials")),
                Attempt.refused("more than the client may have", 400, "grant_scope_not_allowed", curl(path, ask + " -d scope=write:demo")),
                Attempt.refused("the token of another issuer on the route for the gateway's own", 401, "token_issuer_mismatch",
                        curl("/services/stock", bearer(tokens.good()))));
    }

    private static String client(String secret) {
        return " -u " + quoted("demo-service:" + secret);
    }

    private List<Attempt> signatures() {
        String path = "/payments/hook";
        String body = " --data-binary @" + quoted(folder.resolve("event.json").toString()) + " -H 'Content-Type: application/json'";
        String content = "{\"event\":\"paid\",\"order\":42}";
        String signature = header(sign(Optional.empty(), content));
        return List.of(
                Attempt.accepted("a signed request", curl(path, body + signature)),
                Attempt.refused("the signature of other content", 401, "signature_mismatch",
                        curl(path, body + header(sign(Optional.empty(), content.replace("42", "43"))))),
                Attempt.refused("an expired signature: good, but an hour old, where none may be older than five minutes", 401,
                        "signature_timestamp_out_of_tolerance",
                        curl("/events/paid", body + header(sign(Optional.of("X-Timestamp"), content)))),
                Attempt.refused("a signature that is none", 401, "signature_malformed", curl(path, body + header(HEADER, "sha256=00"))),
                Attempt.refused("the good signature on a route that takes tokens", 401, "credentials_missing",
                        curl("/users/me", body + signature)));
    }

    private List<Attempt> clientCertificates() {
        String path = "/mesh/stock";
        return List.of(
                Attempt.accepted("a client certificate", curl(path, certificate("orders"))),
                Attempt.refused("a certificate of the same authority that is not allowed", 403, "certificate_not_allowed",
                        curl(path, certificate("stranger"))),
                Attempt.alerted("an expired certificate", "certificate_expired", curl(path, certificate("orders-expired"))),
                Attempt.refused("no client certificate", 403, "certificate_missing", curl(path, "")),
                Attempt.refused("the good certificate on a route that takes API keys", 401, "credentials_missing",
                        curl("/partners/orders", certificate("orders"))));
    }

    /** @param timestampHeader where it goes over the time, too */
    private List<SignedField> sign(Optional<String> timestampHeader, String content) {
        return new BodyScheme(HEADER, timestampHeader)
                .sign(Secret.of(webhookSecret), content.getBytes(StandardCharsets.UTF_8), Instant.now().minus(SIGNATURE_AGE), "");
    }

    /** The last letter changed: the checksum notices. */
    private static String mistyped(String key) {
        char last = key.charAt(key.length() - 1);
        return key.substring(0, key.length() - 1) + (last == 'A' ? 'B' : 'A');
    }

    private String certificate(String name) {
        return " --cert " + quoted(folder.resolve("tls/" + name + ".pem").toString())
                + " --key " + quoted(folder.resolve("tls/" + name + ".key").toString());
    }

    private static String bearer(String token) {
        return header("Authorization", "Bearer " + token);
    }

    private static String header(List<SignedField> fields) {
        return fields.stream().map(field -> header(field.name(), field.value())).collect(Collectors.joining());
    }

    private static String header(String name, String value) {
        return " -H " + quoted(name + ": " + value);
    }

    private String curl(String path, String options) {
        return "curl --silent --show-error --cacert " + quoted(folder.resolve("tls/ca.pem").toString()) + options
                + " https://localhost:" + port + path;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
