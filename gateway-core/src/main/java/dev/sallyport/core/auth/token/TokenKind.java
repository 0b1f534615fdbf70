package dev.sallyport.core.auth.token;

import dev.sallyport.core.reject.RejectReason;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tells access tokens from tokens that the same issuer signs for other ends (RFC 8725 §2.8, §3.11, §3.12). */
public final class TokenKind {
    private static final String MEDIA_PREFIX = "application/";

    /** Whatever else ends so is declared to be another kind: logout+jwt, dpop+jwt, secevent+jwt, kb+jwt and those to come. */
    private static final String DECLARED_KIND = "+jwt";

    private static final String ACCESS_TOKEN = "at+jwt";

    private TokenKind() {}

    /** @param required what {@code typ} must be; absent means any that an access token may have */
    public static Optional<Refused> refuseByType(Optional<String> written, Optional<String> required) {
        String type = normal(written.orElse(""));
        if (required.isPresent() && !type.equals(normal(required.get()))) {
            return refused("`typ` is " + named(type) + "; `jwt.type` is " + required.get());
        }
        if (required.isEmpty() && type.endsWith(DECLARED_KIND) && !type.equals(ACCESS_TOKEN)) {
            return refused("`typ` is " + named(type) + ", which is no access token");
        }
        return Optional.empty();
    }

    public static Optional<Refused> refuseByClaims(Map<String, Object> claims, List<String> scopeClaims) {
        // RFC 8417 §2.2: a security event, of which a back-channel log-out token is one.
        if (claims.containsKey("events")) {
            return refused("it has `events`: a security event or log-out token");
        }
        boolean scoped = scopeClaims.stream().anyMatch(claims::containsKey);
        if (!scoped && (claims.containsKey("nonce") || claims.containsKey("at_hash"))) {
            return refused("it has `nonce` or `at_hash` and no scope claim: an ID token");
        }
        return Optional.empty();
    }

    /** RFC 7515 §4.1.9: compared without regard to case, {@code application/} understood. */
    private static String normal(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return lower.startsWith(MEDIA_PREFIX) ? lower.substring(MEDIA_PREFIX.length()) : lower;
    }

    private static String named(String type) {
        return type.isEmpty() ? "missing" : "`" + type + "`";
    }

    private static Optional<Refused> refused(String detail) {
        return Optional.of(new Refused(RejectReason.TOKEN_TYPE_NOT_ALLOWED, detail));
    }
}
