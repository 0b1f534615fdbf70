package dev.sallyport.core.token.endpoint;

import dev.sallyport.core.jose.DpopProof;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.token.FixedDocument;
import dev.sallyport.core.token.client.ClientKeys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a client can learn about the token service before it asks for anything (RFC 8414 §2). */
public final class ServerMetadata {
    private static final List<String> METHODS = List.of("client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth");
    private static final List<String> ENDPOINTS = List.of("token", "revocation", "introspection");

    private ServerMetadata() {}

    /** Which grants there are. */
    public enum Grants { CLIENT_CREDENTIALS, AND_REFRESH_TOKENS }

    public static FixedDocument of(ServerUrls urls, Grants grants) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("issuer", urls.issuer().toString());
        members.put("token_endpoint", urls.url(ServerUrls.TOKEN));
        members.put("revocation_endpoint", urls.url(ServerUrls.REVOCATION));
        members.put("introspection_endpoint", urls.url(ServerUrls.INTROSPECTION));
        members.put("jwks_uri", urls.url(ServerUrls.KEYS));
        // Required, and empty where there is no authorization endpoint.
        members.put("response_types_supported", List.of());
        members.put("grant_types_supported", switch (grants) {
            case CLIENT_CREDENTIALS -> List.of("client_credentials");
            case AND_REFRESH_TOKENS -> List.of("client_credentials", "refresh_token");
        });
        for (String endpoint : ENDPOINTS) {
            members.put(endpoint + "_endpoint_auth_methods_supported", METHODS);
            members.put(endpoint + "_endpoint_auth_signing_alg_values_supported", labels(ClientKeys.ALGORITHMS));
        }
        members.put("tls_client_certificate_bound_access_tokens", true);
        members.put("dpop_signing_alg_values_supported", labels(DpopProof.ALGORITHMS));
        return new FixedDocument(JsonDocument.text(members));
    }

    private static List<String> labels(List<JwsAlgorithm> algorithms) {
        return algorithms.stream().map(JwsAlgorithm::label).toList();
    }
}
