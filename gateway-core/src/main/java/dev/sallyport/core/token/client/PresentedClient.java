package dev.sallyport.core.token.client;

import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.uri.FormFields;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.reject.RejectReason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Who a client says that it is, and with what it wants to prove that; nothing is believed yet. */
sealed interface PresentedClient {
    String clientId();

    /** The method's name, for the log. */
    String method();

    record Secret(String clientId, String secret, String method) implements PresentedClient {
        @Override
        public String toString() {
            return "Secret[" + clientId + "]";
        }
    }

    record Assertion(String clientId, CompactJws jws) implements PresentedClient {
        @Override
        public String method() {
            return "private_key_jwt";
        }
    }

    /** The connection's certificate, if anything. */
    record Nothing(String clientId) implements PresentedClient {
        @Override
        public String method() {
            return "tls_client_auth";
        }
    }

    String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /** Longest name that is looked up. */
    int MAX_ID = 256;

    static PresentedClient of(RequestView request, OAuthForm form) throws OAuthRefusal {
        List<String> authorization = request.fields().all("authorization");
        Optional<String> secret = form.find("client_secret");
        Optional<String> assertion = form.find("client_assertion");
        long ways = authorization.size() + secret.stream().count() + assertion.stream().count();
        if (ways > 1) {
            throw OAuthRefusal.of(RejectReason.CREDENTIALS_AMBIGUOUS, "invalid_request", "the client proves itself in " + ways + " ways at once");
        }
        Optional<String> named = form.find("client_id");
        PresentedClient presented = !authorization.isEmpty() ? basic(authorization.getFirst())
                : assertion.isPresent() ? assertion(form, assertion.get())
                : secret.isPresent() ? new Secret(form.required("client_id"), secret.get(), "client_secret_post")
                : new Nothing(named.orElseThrow(() -> OAuthRefusal.invalidClient(RejectReason.CREDENTIALS_MISSING, "no client is named")));
        if (presented.clientId().length() > MAX_ID || named.filter(id -> !id.equals(presented.clientId())).isPresent()) {
            throw OAuthRefusal.invalidRequest("`client_id` is too long, or not the client that proves itself");
        }
        return presented;
    }

    /** RFC 6749 §2.3.1: both halves are form-encoded before they are joined. */
    private static Secret basic(String authorization) throws OAuthRefusal {
        String scheme = "basic ";
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(scheme)) {
            throw malformed("Authorization has another scheme than Basic");
        }
        String pair = decoded(authorization.substring(scheme.length()).strip());
        int colon = pair.indexOf(':');
        if (colon < 1) {
            throw malformed("Basic holds no pair of client and secret");
        }
        return new Secret(formDecoded(pair.substring(0, colon)), formDecoded(pair.substring(colon + 1)), "client_secret_basic");
    }

    private static String decoded(String base64) throws OAuthRefusal {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException _) {
            throw malformed("Basic holds no base64");
        }
    }

    private static String formDecoded(String half) throws OAuthRefusal {
        return FormFields.decode(half).orElseThrow(() -> malformed("Basic holds a pair that is not form-encoded"));
    }

    private static Assertion assertion(OAuthForm form, String assertion) throws OAuthRefusal {
        if (!form.required("client_assertion_type").equals(ASSERTION_TYPE)) {
            throw OAuthRefusal.invalidRequest("`client_assertion_type` is not " + ASSERTION_TYPE);
        }
        return switch (CompactJws.parse(assertion)) {
            case CompactJws.Parsed.Malformed(String why) -> throw malformed("the assertion: " + why);
            case CompactJws.Parsed.Token(CompactJws jws) when jws.claims().get("sub") instanceof String subject && !subject.isEmpty() ->
                    new Assertion(subject, jws);
            case CompactJws.Parsed.Token _ -> throw malformed("the assertion has no `sub`");
        };
    }

    private static OAuthRefusal malformed(String detail) {
        return OAuthRefusal.invalidClient(RejectReason.CLIENT_PROOF_INVALID, detail);
    }
}
