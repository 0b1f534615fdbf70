package dev.sallyport.core.oracle;

import dev.sallyport.core.oracle.Rules.CredentialRule;
import dev.sallyport.core.oracle.Rules.TokenKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Bearer tokens (RFC 6750, RFC 7519, RFC 8725). */
final class SlowToken {
    private static final double SKEW = 30;
    private static final double MAX_LIFETIME = 900;

    private SlowToken() {}

    static boolean isPresent(Asked asked) {
        return asked.values("Authorization").stream().anyMatch(value -> value.matches("(?i)bearer( .*)?"));
    }

    static Finding read(CredentialRule.Tokens rule, Asked asked) {
        if (!isPresent(asked)) {
            return Finding.ABSENT;
        }
        List<String> values = asked.values("Authorization");
        String token = values.getFirst().substring("bearer".length()).strip();
        if (values.size() > 1 || token.matches(".*[ \t,].*")) {
            return Finding.BAD;
        }
        if (!token.matches("[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]*")) {
            return Finding.ABSENT;
        }
        String[] parts = token.split("\\.", -1);
        Optional<Map<String, Object>> header = decode(parts[0]).flatMap(bytes -> SlowJson.object(new String(bytes, StandardCharsets.UTF_8)));
        Optional<Map<String, Object>> claims = decode(parts[1]).flatMap(bytes -> SlowJson.object(new String(bytes, StandardCharsets.UTF_8)));
        Optional<byte[]> signature = decode(parts[2]);
        boolean isWhole = header.isPresent() && claims.isPresent() && signature.isPresent()
                && header.get().get("alg") instanceof String
                && header.get().getOrDefault("typ", "") instanceof String
                && !header.get().containsKey("crit");
        if (!isWhole || !rule.issuer().equals(claims.orElseThrow().get("iss"))) {
            return Finding.ABSENT;
        }
        byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
        boolean isGood = verifies(rule.key(), String.valueOf(header.orElseThrow().get("alg")), signed, signature.orElseThrow())
                && isAccessToken(String.valueOf(header.get().getOrDefault("typ", "")), claims.get())
                && isInDate(claims.get(), asked.at().toEpochMilli() / 1000.0)
                && texts(claims.get().get("aud")).contains(rule.audience())
                && claims.get().get("sub") instanceof String subject && !subject.isEmpty();
        return isGood ? new Finding.Good(scopes(claims.get()), claims.get()) : Finding.BAD;
    }

    private static boolean verifies(TokenKey key, String algorithm, byte[] signed, byte[] signature) {
        return switch (key) {
            case TokenKey.Hs256(byte[] secret) -> algorithm.equals("HS256") && Arrays.equals(SlowCredentials.hmac(secret, signed), signature);
            case TokenKey.Es256(PublicKey verifying) -> algorithm.equals("ES256") && verifies(verifying, signed, signature);
        };
    }

    private static boolean verifies(PublicKey key, byte[] signed, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
            verifier.initVerify(key);
            verifier.update(signed);
            return signature.length == 64 && verifier.verify(signature);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static boolean isAccessToken(String type, Map<String, Object> claims) {
        String kind = type.toLowerCase(Locale.ROOT).replaceFirst("^application/", "");
        boolean isScoped = claims.containsKey("scope") || claims.containsKey("scp");
        return (!kind.endsWith("+jwt") || kind.equals("at+jwt"))
                && !claims.containsKey("cnf")
                && !claims.containsKey("events")
                && (isScoped || !claims.containsKey("nonce"));
    }

    private static boolean isInDate(Map<String, Object> claims, double now) {
        boolean hasNumbers = claims.get("exp") instanceof Double
                && claims.getOrDefault("nbf", 0.0) instanceof Double
                && claims.getOrDefault("iat", 0.0) instanceof Double;
        if (!hasNumbers) {
            return false;
        }
        double expiry = (Double) claims.getOrDefault("exp", 0.0);
        double issued = (Double) claims.getOrDefault("iat", now);
        double from = (Double) claims.getOrDefault("nbf", 0.0);
        return expiry >= 0 && issued >= 0 && from >= 0
                && now < expiry + SKEW && now >= from - SKEW && now >= issued - SKEW && expiry - issued <= MAX_LIFETIME;
    }

    private static List<Object> texts(@Nullable Object value) {
        return value instanceof List<?> list ? List.copyOf(list) : value == null ? List.of() : List.of(value);
    }

    private static Set<String> scopes(Map<String, Object> claims) {
        Object value = claims.containsKey("scope") ? claims.get("scope") : claims.getOrDefault("scp", "");
        Set<String> scopes = new LinkedHashSet<>();
        texts(value).forEach(text -> scopes.addAll(List.of(String.valueOf(text).split(" "))));
        return scopes;
    }

    private static Optional<byte[]> decode(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            boolean isCanonical = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text);
            return isCanonical ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
