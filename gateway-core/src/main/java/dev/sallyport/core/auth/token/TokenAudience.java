package dev.sallyport.core.auth.token;

import dev.sallyport.core.reject.RejectReason;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether a token was made for us (RFC 7519 §4.1.3, RFC 8725 §3.9): one for somebody else must not open this door. */
public final class TokenAudience {
    private static final int MAX_SHOWN = 200;

    private TokenAudience() {}

    public static Optional<Refused> refuse(TokenClaims claims, Set<String> ours) throws TokenClaims.Mistyped {
        List<String> audience = claims.texts("aud").orElse(List.of());
        return audience.stream().anyMatch(ours::contains)
                ? Optional.empty()
                : Optional.of(new Refused(RejectReason.TOKEN_AUDIENCE_MISMATCH, "`aud` is " + shown(audience) + "; `audiences` is " + ours));
    }

    /** Claims go to the log within bounds: their sender chose them. */
    private static String shown(List<String> values) {
        String text = values.toString();
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }
}
