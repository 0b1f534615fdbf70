package dev.sallyport.core.oauth.provider;

import dev.sallyport.core.jose.StrictJson;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an OpenID provider's discovery document says (OpenID Connect Discovery §3).
 *
 * @param endSession where RP-initiated log-out begins
 */
public record ProviderMetadata(
        URI authorization, URI token, Optional<URI> userInfo, Optional<URI> endSession, IssuerInAnswer issuerInAnswer) {

    private static final String S256 = "S256";

    /** Whether each answer to a sign-in names the issuer (RFC 9207 §3). */
    public enum IssuerInAnswer { MAY, MUST }

    /** Which addresses are believed. */
    public enum Transport { HTTPS_ONLY, INSECURE_HTTP_ALLOWED }

    /** What reading gave. */
    public sealed interface Read {
        record Valid(ProviderMetadata metadata) implements Read {}

        record Invalid(String why) implements Read {}
    }

    /** @param issuer that was asked; the document's own must be this one, letter by letter */
    public static Read read(byte[] body, String issuer, Transport transport) {
        Optional<Map<String, Object>> document = StrictJson.object(body);
        if (document.isEmpty()) {
            return new Read.Invalid("it is not one JSON object");
        }
        // Else a provider could pass for another one (OpenID Connect Discovery §4.3).
        if (!issuer.equals(document.get().get("issuer"))) {
            return new Read.Invalid("it has another `issuer` than `oidc.issuer`");
        }
        if (!takesHashedChallenges(document.get())) {
            return new Read.Invalid("it has `code_challenge_methods_supported` without `S256`");
        }
        try {
            Optional<URI> authorization = address(document.get(), "authorization_endpoint", transport);
            Optional<URI> token = address(document.get(), "token_endpoint", transport);
            if (authorization.isEmpty() || token.isEmpty()) {
                return new Read.Invalid("it has no `authorization_endpoint` or no `token_endpoint`");
            }
            boolean namesItself = Boolean.TRUE.equals(document.get().get("authorization_response_iss_parameter_supported"));
            return new Read.Valid(new ProviderMetadata(
                    authorization.get(), token.get(), address(document.get(), "userinfo_endpoint", transport),
                    address(document.get(), "end_session_endpoint", transport), namesItself ? IssuerInAnswer.MUST : IssuerInAnswer.MAY));
        } catch (IllegalArgumentException unusable) {
            return new Read.Invalid(String.valueOf(unusable.getMessage()));
        }
    }

    /**
     * The gateway sends a hashed challenge and no other (RFC 9700 §2.1.1); who says not to look at those would take a stolen
     * code. Who says nothing may look all the same, and some large ones do: there the nonce alone is sure to hold.
     */
    private static boolean takesHashedChallenges(Map<String, Object> document) {
        Object methods = document.getOrDefault("code_challenge_methods_supported", List.of(S256));
        return methods instanceof List<?> list && list.contains(S256);
    }

    private static Optional<URI> address(Map<String, Object> document, String member, Transport transport) {
        if (!(document.get(member) instanceof String text)) {
            return Optional.empty();
        }
        URI address = URI.create(text);
        boolean isAllowed = "https".equalsIgnoreCase(address.getScheme())
                || (transport == Transport.INSECURE_HTTP_ALLOWED && "http".equalsIgnoreCase(address.getScheme()));
        if (!isAllowed || address.getHost() == null || address.getRawFragment() != null) {
            throw new IllegalArgumentException("its `" + member + "` is no https address");
        }
        return Optional.of(address);
    }
}
