package dev.sallyport.core.oauth.provider;

import dev.sallyport.core.jose.AssertionSigner;
import dev.sallyport.core.port.HttpFetcher.Call;
import dev.sallyport.core.port.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** How the gateway proves to an authorization server which client it is. */
public sealed interface ClientAuthentication {

    String clientId();

    /** The form with the proof beside it or in it. May sign, so it is work for another thread than an event loop. */
    Call.PostForm prove(Map<String, String> form, Instant now);

    /** {@code client_secret_basic} (RFC 6749 §2.3.1). */
    record SharedSecret(String clientId, Secret secret) implements ClientAuthentication {
        @Override
        public Call.PostForm prove(Map<String, String> form, Instant now) {
            String pair = encoded(clientId) + ":" + encoded(new String(secret.reveal(), StandardCharsets.UTF_8));
            String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            return new Call.PostForm(body(form), Optional.of(Secret.ofText(basic)));
        }
    }

    /**
     * {@code private_key_jwt} (RFC 7523 §2.2, OpenID Connect Core §9): no secret ever leaves the gateway.
     *
     * @param audience the server's issuer identifier, or the endpoint where it has none
     */
    record PrivateKeyJwt(String clientId, String audience, AssertionSigner signer) implements ClientAuthentication {
        private static final Duration LIFETIME = Duration.ofMinutes(1);
        private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

        @Override
        public Call.PostForm prove(Map<String, String> form, Instant now) {
            Map<String, String> longer = new LinkedHashMap<>(form);
            longer.put("client_id", clientId);
            longer.put("client_assertion_type", TYPE);
            longer.put("client_assertion", signer.sign(Map.of(
                    "iss", clientId, "sub", clientId, "aud", audience, "jti", UUID.randomUUID().toString(),
                    "iat", now.getEpochSecond(), "exp", now.plus(LIFETIME).getEpochSecond())));
            return new Call.PostForm(body(longer), Optional.empty());
        }
    }

    private static Secret body(Map<String, String> form) {
        return Secret.ofText(form.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&")));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
