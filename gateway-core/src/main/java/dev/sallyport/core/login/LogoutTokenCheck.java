package dev.sallyport.core.login;

import dev.sallyport.core.auth.oidc.OidcRules;
import dev.sallyport.core.auth.token.Refused;
import dev.sallyport.core.auth.token.TokenClaims;
import dev.sallyport.core.auth.token.TokenTimes;
import dev.sallyport.core.jose.CompactJws;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a log-out token says, once its signature and issuer hold (OpenID Connect Back-Channel Logout §2.4, §2.6). */
final class LogoutTokenCheck {
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

    /** {@code typ}: its own (§2.4), or that of tokens from before it had one. */
    private static final List<String> TYPES = List.of("logout+jwt", "application/logout+jwt", "jwt");

    /** From its issue, whatever end it names: the provider sends it at once, and it must be remembered for as long. */
    private static final Duration OLDEST = Duration.ofMinutes(10);

    private final OidcRules rules;

    /** What checking gave. */
    sealed interface Checked {
        /**
         * Of subject and session one is there.
         *
         * @param issuedAt by the provider's clock, as in its ID tokens
         * @param until when it is refused as too old, and need not be remembered any more
         */
        record Valid(String tokenId, Optional<String> subject, Optional<String> providerSession, Instant issuedAt, Instant until) implements Checked {}

        record Invalid(String why) implements Checked {}
    }

    LogoutTokenCheck(OidcRules rules) {
        this.rules = rules;
    }

    Checked check(CompactJws jws, Instant now) {
        TokenClaims claims = new TokenClaims(jws.claims());
        try {
            Optional<String> why = refuse(jws, claims, now);
            return why.isPresent() ? new Checked.Invalid(why.get()) : valid(claims);
        } catch (TokenClaims.Mistyped mistyped) {
            return new Checked.Invalid(mistyped.why());
        }
    }

    private Optional<String> refuse(CompactJws jws, TokenClaims claims, Instant now) throws TokenClaims.Mistyped {
        if (jws.type().isPresent() && !TYPES.contains(jws.type().get().toLowerCase(Locale.ROOT))) {
            return Optional.of("`typ` is another kind's");
        }
        if (!claims.texts("aud").orElse(List.of()).contains(rules.clientId())) {
            return Optional.of("`aud` is not the gateway's `client.id`");
        }
        TokenTimes times = TokenTimes.of(claims);
        Optional<String> untimely = times.refuse(now, rules.clockSkew()).map(Refused::detail);
        if (times.issuedAt().isEmpty() || times.expiry().isEmpty() || untimely.isPresent() || !now.isBefore(until(times))) {
            return untimely.or(() -> Optional.of("it has no `iat` or no `exp`, or is too old"));
        }
        boolean isLogOut = claims.values().get("events") instanceof Map<?, ?> events && events.get(EVENT) instanceof Map<?, ?>;
        if (!isLogOut) {
            return Optional.of("`events` has no log-out");
        }
        // So that no ID token passes for one.
        if (claims.has("nonce")) {
            return Optional.of("it has a `nonce`");
        }
        return claims.text("sub").isEmpty() && claims.text("sid").isEmpty() ? Optional.of("it has neither `sub` nor `sid`") : Optional.empty();
    }

    private Checked valid(TokenClaims claims) throws TokenClaims.Mistyped {
        Optional<String> tokenId = claims.text("jti");
        return tokenId.isPresent()
                ? new Checked.Valid(tokenId.get(), claims.text("sub"), claims.text("sid"), claims.time("iat").orElseThrow(), until(TokenTimes.of(claims)))
                : new Checked.Invalid("it has no `jti`");
    }

    private Instant until(TokenTimes times) {
        Instant oldest = times.issuedAt().orElse(Instant.EPOCH).plus(OLDEST);
        return times.expiry().filter(oldest::isAfter).orElse(oldest).plus(rules.clockSkew());
    }
}
