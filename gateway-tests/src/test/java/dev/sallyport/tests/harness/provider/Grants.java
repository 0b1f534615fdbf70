package dev.sallyport.tests.harness.provider;
import dev.sallyport.tests.harness.token.DpopProofs;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Codes and refresh tokens: each is taken once, and one that comes again ends all that came of it (RFC 9700 §4.14.2). */
final class Grants {
    private final Map<String, Grant> codes = new HashMap<>();
    private final Map<String, Grant> refreshTokens = new HashMap<>();
    private final Map<String, Grant> holders = new HashMap<>();
    private final Set<String> spent = new HashSet<>();
    private int reuses;

    synchronized String code(Grant grant) {
        String code = "code-" + UUID.randomUUID();
        codes.put(code, grant);
        return code;
    }

    /** Empty where the code is unknown, spent, of another redirect URI, or its verifier does not fit (RFC 7636 §4.6). */
    synchronized Optional<Grant> redeem(ProviderCall call, Misbehaviour behaviour) {
        String code = call.form("code");
        Optional<Grant> grant = Optional.ofNullable(codes.get(code))
                .filter(known -> behaviour == Misbehaviour.Grants.VERIFIERS_IGNORED || known.challenge().equals(DpopProofs.sha256(call.form("code_verifier"))))
                .filter(known -> known.redirectUri().equals(call.form("redirect_uri")));
        if (behaviour != Misbehaviour.Grants.CODES_LAST) {
            codes.remove(code);
        }
        return grant;
    }

    synchronized String accessToken(Grant grant) {
        String token = "at-" + UUID.randomUUID();
        holders.put(token, grant);
        return token;
    }

    synchronized Optional<Grant> holder(String accessToken) {
        return Optional.ofNullable(holders.get(accessToken));
    }

    synchronized String refreshToken(Grant grant) {
        String token = "rt-" + UUID.randomUUID();
        refreshTokens.put(token, grant);
        return token;
    }

    /** Empty where the token is unknown or spent; a spent one takes its whole family along. */
    synchronized Optional<Grant> refresh(String token, Misbehaviour behaviour) {
        if (spent.contains(token)) {
            reuses++;
            Optional.ofNullable(refreshTokens.get(token)).ifPresent(grant -> end(grant.sid()));
            return Optional.empty();
        }
        if (behaviour != Misbehaviour.Refresh.NOT_ROTATED) {
            spent.add(token);
        }
        return Optional.ofNullable(refreshTokens.get(token));
    }

    synchronized void end(String sid) {
        refreshTokens.values().removeIf(grant -> grant.sid().equals(sid));
    }

    /** Refresh tokens that came a second time. */
    synchronized int reuses() {
        return reuses;
    }
}
