package dev.sallyport.core.oauth;

import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.port.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A token as a token endpoint gave it out (RFC 6749 §5.1), ready to be sent.
 *
 * @param authorization value of the field of this name
 * @param renewFrom when the next one is fetched, while this one still serves
 * @param until no part of the time in which it serves
 */
record IssuedToken(Secret authorization, Instant issuedAt, Instant renewFrom, Instant until) {
    private static final int MAX_TOKEN = 8 * 1024;

    /** Where the server does not say, it is not taken for long. */
    private static final Duration UNTOLD = Duration.ofSeconds(60);

    private static final Duration LONGEST = Duration.ofDays(1);

    /** {@code b64token} (RFC 6750 §2.1): what else a server says does not get into a header. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    /** What an answer gave. */
    sealed interface Read {
        record Token(IssuedToken token) implements Read {}

        record Unusable(String why) implements Read {}
    }

    static Read read(byte[] body, Instant now) {
        Optional<Map<String, Object>> answer = StrictJson.object(body);
        if (answer.isEmpty()) {
            return new Read.Unusable("the answer is not one JSON object");
        }
        if (!(answer.get().get("token_type") instanceof String type) || !type.equalsIgnoreCase("Bearer")) {
            return new Read.Unusable("the answer's `token_type` is not Bearer");
        }
        boolean isToken = answer.get().get("access_token") instanceof String token && token.length() <= MAX_TOKEN && TOKEN.matcher(token).matches();
        Optional<Duration> life = life(answer.get());
        if (!isToken || life.isEmpty()) {
            return new Read.Unusable("the answer's `access_token` or `expires_in` cannot be used");
        }
        Secret authorization = Secret.ofText("Bearer " + answer.get().get("access_token"));
        Duration part = life.get().dividedBy(5);
        return new Read.Token(new IssuedToken(authorization, now, now.plus(part.multipliedBy(4)), now.plus(life.get())));
    }

    /** Absent for what is no time; {@code expires_in} may be left out. */
    private static Optional<Duration> life(Map<String, Object> answer) {
        if (!answer.containsKey("expires_in")) {
            return Optional.of(UNTOLD);
        }
        if (!(answer.get("expires_in") instanceof Number seconds) || seconds.longValue() <= 0) {
            return Optional.empty();
        }
        Duration told = Duration.ofSeconds(Math.min(seconds.longValue(), LONGEST.toSeconds()));
        return Optional.of(told);
    }
}
