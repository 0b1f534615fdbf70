package dev.sallyport.tests.harness.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs deliveries as the providers document it, from their documents alone. */
public final class Webhooks {
    private Webhooks() {}

    public static byte[] hmac(byte[] secret, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String hex(String secret, String message) {
        return HexFormat.of().formatHex(hmac(bytes(secret), bytes(message)));
    }

    public static String base64(String secret, String message) {
        return Base64.getEncoder().encodeToString(hmac(bytes(secret), bytes(message)));
    }

    public static String github(String secret, String body) {
        return "X-Hub-Signature-256: sha256=" + hex(secret, body);
    }

    public static String stripe(String secret, long time, String body) {
        return "Stripe-Signature: t=" + time + ",v1=" + hex(secret, time + "." + body);
    }

    /** Both header lines. */
    public static String[] slack(String secret, long time, String body) {
        return new String[] {"X-Slack-Request-Timestamp: " + time, "X-Slack-Signature: v0=" + hex(secret, "v0:" + time + ":" + body)};
    }

    /** All three header lines; the secret is written {@code whsec_…}, its rest is Base64. */
    public static String[] standard(String secret, String id, long time, String body) {
        return new String[] {"webhook-id: " + id, "webhook-timestamp: " + time, "webhook-signature: " + standardSignature(secret, id, time, body)};
    }

    public static String standardSignature(String secret, String id, long time, String body) {
        byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
        return "v1," + Base64.getEncoder().encodeToString(hmac(key, bytes(id + "." + time + "." + body)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
