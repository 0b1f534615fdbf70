package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.oracle.Rules.KnownKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Credentials of every quality, each made once; the first of a list is good. */
final class MadeCredentials {
    static final Instant NOW = thisSecond();
    static final String SECRET = "a shared secret of forty-two bytes, at last";
    static final String OLD_SECRET = "the secret before it, still good until May";
    static final KeyPair KEY = newKey();
    static final List<KnownKey> KEYS = List.of(
            key("k1", Set.of("read", "write"), -10, 10, true), key("k2", Set.of("read"), -10, 10, true),
            key("k3", Set.of("read", "write"), -10, 0, true), key("k4", Set.of("read", "write"), 1, 10, true),
            key("k5", Set.of("read", "write"), -10, 10, false));
    static final List<String> USERS = tokens("users");
    static final List<String> STAFF = tokens("staff");
    static final List<X509Certificate> CERTIFICATES = certificates();

    private MadeCredentials() {}

    /** The certificates are of today, so everything else must be. */
    private static Instant thisSecond() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static KnownKey key(String id, Set<String> scopes, int fromMinutes, int untilMinutes, boolean active) {
        return new KnownKey(id, "key-of-" + id + "-0123456789", scopes,
                NOW.plus(Duration.ofMinutes(fromMinutes)), NOW.plus(Duration.ofMinutes(untilMinutes)), active);
    }

    static String keyFile() {
        StringBuilder text = new StringBuilder("keys:\n");
        for (KnownKey key : KEYS) {
            text.append("  - { id: %s, hash: \"sha256:%s\", subject: acme, scopes: [%s], notBefore: %s, expiresAt: %s, active: %s }\n".formatted(
                    key.id(), sha256(key.key()), String.join(", ", key.scopes()), key.from(), key.until(), key.active()));
        }
        return text.toString();
    }

    static String publicKeyPem() {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(KEY.getPublic().getEncoded()) + "\n-----END PUBLIC KEY-----\n";
    }

    static String mac(String secret, byte[] content) {
        return HexFormat.of().formatHex(hmac(secret, content));
    }

    private static List<String> tokens(String issuer) {
        long now = NOW.getEpochSecond();
        String common = "\"iss\":\"" + issuer + "\",\"aud\":\"api\",\"sub\":\"ann\",\"iat\":" + (now - 10);
        String good = common + ",\"exp\":" + (now + 300) + ",\"scope\":\"read write\",\"tenant\":\"acme\"";
        List<String> tokens = new ArrayList<>();
        String alg = issuer.equals("users") ? "HS256" : "ES256";
        for (String claims : List.of(
                good,
                common + ",\"exp\":" + (now + 300) + ",\"scp\":[\"read\"],\"tenant\":\"other\"",
                common + ",\"exp\":" + (now + 300),
                common + ",\"exp\":" + (now - 31) + ",\"scope\":\"read write\"",
                common + ",\"exp\":" + (now - 29) + ",\"scope\":\"read write\",\"tenant\":\"acme\"",
                common + ",\"exp\":" + (now + 3000) + ",\"scope\":\"read write\"",
                common + ",\"scope\":\"read write\"",
                good + ",\"nbf\":" + (now + 31), good + ",\"nbf\":" + (now + 29),
                good + ",\"cnf\":{\"jkt\":\"x\"}", good + ",\"events\":{}", good + ",\"nonce\":\"n\"",
                good.replace("\"api\"", "\"else\""), good.replace("\"api\"", "[\"else\",\"api\"]"),
                good.replace("\"sub\":\"ann\"", "\"sub\":7"), good.replace("\"" + issuer + "\"", "\"stranger\""),
                good + ",\"iss\":\"" + issuer + "\"")) {
            tokens.add(token(alg, "", claims));
        }
        String first = tokens.getFirst();
        tokens.add(token(alg, ",\"typ\":\"at+jwt\"", good));
        tokens.add(token(alg, ",\"typ\":\"logout+jwt\"", good));
        tokens.add(token(alg, ",\"crit\":[\"x\"]", good));
        tokens.add(token(alg.equals("HS256") ? "ES256" : "HS256", "", good));
        tokens.add(token("none", "", good));
        tokens.add(first.substring(0, first.lastIndexOf('.') + 1));
        tokens.add(first.substring(0, first.length() - 8) + "AAAAAAAA");
        tokens.add(first + ".x");
        tokens.add("opaque");
        tokens.add("");
        return List.copyOf(tokens);
    }

    private static String token(String alg, String header, String claims) {
        String signed = base64(("{\"alg\":\"" + alg + "\"" + header + "}").getBytes(StandardCharsets.UTF_8)) + "."
                + base64(("{" + claims + "}").getBytes(StandardCharsets.UTF_8));
        byte[] bytes = signed.getBytes(StandardCharsets.US_ASCII);
        return signed + "." + switch (alg) {
            case "HS256" -> base64(hmac(SECRET, bytes));
            case "ES256" -> base64(sign(bytes));
            default -> "";
        };
    }

    private static List<X509Certificate> certificates() {
        MadeAuthority authority = new MadeAuthority("Clients of a fuzz test");
        return List.of(
                authority.server("a.partner.example").certificate(), authority.server("a.b.partner.example").certificate(),
                authority.server("partner.example").certificate(), authority.server("a.partner.example.evil.example").certificate());
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] hmac(String secret, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sign(byte[] content) {
        try {
            Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
            signer.initSign(KEY.getPrivate());
            signer.update(content);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
