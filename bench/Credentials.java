import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Key material for one run, written where both proxies read it, and one valid credential of each kind. */
record Credentials(String apiKey, String token, String body, String signature) {
    static final int API_KEYS = 10_000;
    static final String ISSUER = "https://issuer.test";
    static final String AUDIENCE = "bench";
    private static final String SECRET = "bench-secret-of-32-bytes-for-hmac";
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    static Credentials write(Path folder) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Files.writeString(folder.resolve("public.pem"), pem(pair));
        Files.writeString(folder.resolve("hmac.secret"), SECRET);
        writeApiKeys(folder);
        String body = "{\"event\":\"" + "x".repeat(1010) + "\"}";
        return new Credentials(apiKey(API_KEYS / 2), token(pair), body, "sha256=" + HexFormat.of().formatHex(mac(body)));
    }

    /** The shared secret as HAProxy's converter wants it. */
    static String secretBase64() {
        return Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
    }

    private static String apiKey(int number) {
        return "bench-key-%08d-0123456789abcdef".formatted(number);
    }

    private static void writeApiKeys(Path folder) throws IOException {
        String yaml = IntStream.range(0, API_KEYS)
                .mapToObj(number -> "  - {id: k%d, hash: \"sha256:%s\", subject: s%d, scopes: []}"
                        .formatted(number, sha256(apiKey(number)), number))
                .collect(Collectors.joining("\n", "keys:\n", "\n"));
        Files.writeString(folder.resolve("api-keys.yaml"), yaml);
        Files.writeString(folder.resolve("api-keys.lst"), IntStream.range(0, API_KEYS)
                .mapToObj(number -> sha256(apiKey(number)).toUpperCase())
                .collect(Collectors.joining("\n", "", "\n")));
    }

    private static String token(KeyPair pair) throws GeneralSecurityException {
        Instant now = Instant.now();
        String header = "{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}";
        String claims = "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"bench\",\"scope\":\"read\",\"iat\":%d,\"exp\":%d}"
                .formatted(ISSUER, AUDIENCE, now.getEpochSecond(), now.plus(1, ChronoUnit.HOURS).getEpochSecond());
        String signed = base64Url(header) + "." + base64Url(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64URL.encodeToString(signature.sign());
    }

    private static byte[] mac(String body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return mac.doFinal(body.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(KeyPair pair) {
        String der = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(pair.getPublic().getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + der + "\n-----END PUBLIC KEY-----\n";
    }

    private static String base64Url(String text) {
        return BASE64URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
