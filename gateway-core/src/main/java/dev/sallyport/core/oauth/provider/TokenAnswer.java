package dev.sallyport.core.oauth.provider;

import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Secret;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a token endpoint said (RFC 6749 §5); no {@code why} holds anything of a token. */
public sealed interface TokenAnswer {
    int MAX_TOKEN = 16 * 1024;

    Duration LONGEST = Duration.ofDays(1);

    /** Of {@link Declined}: the grant itself, a code or a refresh token, is not good. */
    String INVALID_GRANT = "invalid_grant";

    /** {@code b64token} (RFC 6750 §2.1): an access token may go into a header. */
    Pattern ACCESS_TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    /** {@code VSCHAR} (RFC 6749 appendix A.17). */
    Pattern REFRESH_TOKEN = Pattern.compile("[\\x20-\\x7E]+");

    /** Of RFC 6749 §5.2, no longer than any that is registered. */
    Pattern ERROR_CODE = Pattern.compile("[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]{1,64}");

    record Given(TokenResponse tokens) implements TokenAnswer {}

    /** The server will not: {@code error} is its code. */
    record Declined(int status, String error) implements TokenAnswer {}

    /** It gave something that cannot be used. */
    record Invalid(String why) implements TokenAnswer {}

    /** It is slow or down, or the way to it is. */
    record Failed(String why) implements TokenAnswer {}

    static TokenAnswer read(HttpFetcher.Result result) {
        return switch (result) {
            case HttpFetcher.Result.Fetched(byte[] body, var _) -> StrictJson.object(body)
                    .map(TokenAnswer::read)
                    .orElseGet(() -> new Invalid("the token answer is not one JSON object"));
            case HttpFetcher.Result.Declined(int status, byte[] body) -> new Declined(status, errorCode(body));
            case HttpFetcher.Result.Failed(String why) -> new Failed("the token endpoint: " + why);
        };
    }

    private static TokenAnswer read(Map<String, Object> members) {
        if (!(members.get("token_type") instanceof String type) || !type.equalsIgnoreCase("Bearer")) {
            return new Invalid("the token answer's `token_type` is not Bearer");
        }
        if (!(members.get("access_token") instanceof String access) || !fits(access, ACCESS_TOKEN)) {
            return new Invalid("the token answer has no `access_token` that can be used");
        }
        if (members.containsKey("refresh_token") && !(members.get("refresh_token") instanceof String refresh && fits(refresh, REFRESH_TOKEN))) {
            return new Invalid("the token answer's `refresh_token` cannot be used");
        }
        if (members.containsKey("expires_in") && !(members.get("expires_in") instanceof Number seconds && seconds.longValue() > 0)) {
            return new Invalid("the token answer's `expires_in` is no time");
        }
        return new Given(new TokenResponse(
                Secret.ofText(access),
                Optional.ofNullable(members.get("expires_in")).map(seconds -> Duration.ofSeconds(Math.min(((Number) seconds).longValue(), LONGEST.toSeconds()))),
                text(members, "refresh_token").map(Secret::ofText),
                text(members, "id_token"),
                text(members, "scope"),
                text(members, "issued_token_type")));
    }

    private static boolean fits(String token, Pattern pattern) {
        return token.length() <= MAX_TOKEN && pattern.matcher(token).matches();
    }

    private static Optional<String> text(Map<String, Object> members, String member) {
        return members.get(member) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    private static String errorCode(byte[] body) {
        return StrictJson.object(body)
                .flatMap(answer -> text(answer, "error"))
                .filter(code -> ERROR_CODE.matcher(code).matches())
                .orElse("no error code");
    }
}
