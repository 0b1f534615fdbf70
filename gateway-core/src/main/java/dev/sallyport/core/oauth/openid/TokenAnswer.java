package dev.sallyport.core.oauth.openid;

import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.port.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a token endpoint gave (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
 *
 * @param holds how long the access token does; absent where the provider does not say
 * @param idToken unverified
 * @param scope absent where it is what was asked for
 */
public record TokenAnswer(
        Secret accessToken, Optional<Duration> holds, Optional<Secret> refreshToken, Optional<String> idToken, Optional<String> scope) {
    private static final int MAX_TOKEN = 16 * 1024;

    private static final Duration LONGEST = Duration.ofDays(1);

    /** {@code b64token} (RFC 6750 §2.1): an access token may go into a header. */
    private static final Pattern ACCESS_TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    /** {@code VSCHAR} (RFC 6749 appendix A.17). */
    private static final Pattern REFRESH_TOKEN = Pattern.compile("[\\x20-\\x7E]+");

    /** What reading gave. */
    public sealed interface Read {
        record Valid(TokenAnswer answer) implements Read {}

        /** {@code why} holds nothing of the answer. */
        record Invalid(String why) implements Read {}
    }

    static Read read(byte[] body) {
        Optional<Map<String, Object>> answer = StrictJson.object(body);
        if (answer.isEmpty()) {
            return new Read.Invalid("the token answer is not one JSON object");
        }
        Map<String, Object> members = answer.get();
        if (!(members.get("token_type") instanceof String type) || !type.equalsIgnoreCase("Bearer")) {
            return new Read.Invalid("the token answer's `token_type` is not Bearer");
        }
        if (!(members.get("access_token") instanceof String access) || !fits(access, ACCESS_TOKEN)) {
            return new Read.Invalid("the token answer has no `access_token` that can be used");
        }
        if (members.containsKey("refresh_token") && !(members.get("refresh_token") instanceof String refresh && fits(refresh, REFRESH_TOKEN))) {
            return new Read.Invalid("the token answer's `refresh_token` cannot be used");
        }
        if (members.containsKey("expires_in") && !(members.get("expires_in") instanceof Number seconds && seconds.longValue() > 0)) {
            return new Read.Invalid("the token answer's `expires_in` is no time");
        }
        return new Read.Valid(new TokenAnswer(
                Secret.ofText(access),
                Optional.ofNullable(members.get("expires_in")).map(seconds -> Duration.ofSeconds(Math.min(((Number) seconds).longValue(), LONGEST.toSeconds()))),
                text(members, "refresh_token").map(Secret::ofText),
                text(members, "id_token"),
                text(members, "scope")));
    }

    private static boolean fits(String token, Pattern pattern) {
        return token.length() <= MAX_TOKEN && pattern.matcher(token).matches();
    }

    private static Optional<String> text(Map<String, Object> members, String member) {
        return members.get(member) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    public String accessTokenText() {
        return new String(accessToken.reveal(), StandardCharsets.UTF_8);
    }

    /** Nothing of it: all are credentials. */
    @Override
    public String toString() {
        return "TokenAnswer[***]";
    }
}
