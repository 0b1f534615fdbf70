package dev.sallyport.core.oauth;

import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a token endpoint said (RFC 6749 §5). */
sealed interface TokenAnswer {
    int MAX_TOKEN = 8 * 1024;

    /** Where the server does not say, a token is not taken for long. */
    Duration UNTOLD = Duration.ofSeconds(60);

    Duration LONGEST = Duration.ofDays(1);

    /** {@code b64token} (RFC 6750 §2.1): what else a server says does not get into a header. */
    Pattern B64_TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    /** Of RFC 6749 §5.2, no longer than any that is registered. */
    Pattern ERROR_CODE = Pattern.compile("[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]{1,64}");

    /** @param kind {@code issued_token_type} (RFC 8693 §2.2.1), where it is there */
    record Token(IssuedToken token, Optional<String> kind) implements TokenAnswer {}

    /** The server will not: {@code error} is its code. */
    record Declined(int status, String error) implements TokenAnswer {}

    /** Slow, down, or none of the two others. */
    record Unusable(String why) implements TokenAnswer {}

    static TokenAnswer read(HttpFetcher.Result result, Instant now) {
        return switch (result) {
            case HttpFetcher.Result.Fetched(byte[] body, var _) -> StrictJson.object(body)
                    .map(answer -> read(answer, now))
                    .orElseGet(() -> new Unusable("the answer is not one JSON object"));
            case HttpFetcher.Result.Declined(int status, byte[] body) -> new Declined(status, errorCode(body));
            case HttpFetcher.Result.Failed(String why) -> new Unusable(why);
        };
    }

    private static TokenAnswer read(Map<String, Object> answer, Instant now) {
        if (!(answer.get("token_type") instanceof String type) || !type.equalsIgnoreCase("Bearer")) {
            return new Unusable("the answer's `token_type` is not Bearer");
        }
        boolean isToken = answer.get("access_token") instanceof String token && token.length() <= MAX_TOKEN && B64_TOKEN.matcher(token).matches();
        Optional<Duration> life = life(answer);
        if (!isToken || life.isEmpty()) {
            return new Unusable("the answer's `access_token` or `expires_in` cannot be used");
        }
        Optional<String> kind = answer.get("issued_token_type") instanceof String text ? Optional.of(text) : Optional.empty();
        return new Token(IssuedToken.of(Secret.ofText("Bearer " + answer.get("access_token")), now, life.get()), kind);
    }

    /** Absent for what is no time; {@code expires_in} may be left out. */
    private static Optional<Duration> life(Map<String, Object> answer) {
        if (!answer.containsKey("expires_in")) {
            return Optional.of(UNTOLD);
        }
        if (!(answer.get("expires_in") instanceof Number seconds) || seconds.longValue() <= 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofSeconds(Math.min(seconds.longValue(), LONGEST.toSeconds())));
    }

    private static String errorCode(byte[] body) {
        return StrictJson.object(body)
                .flatMap(answer -> answer.get("error") instanceof String code && ERROR_CODE.matcher(code).matches() ? Optional.of(code) : Optional.empty())
                .orElse("no error code");
    }
}
