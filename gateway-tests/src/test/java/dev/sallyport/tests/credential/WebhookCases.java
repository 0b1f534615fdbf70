package dev.sallyport.tests.credential;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.lines;
import static dev.sallyport.tests.harness.Requests.post;

import dev.sallyport.tests.harness.Refusal;
import dev.sallyport.tests.harness.token.Webhooks;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Whole requests whose signature, time or content is wrong, scheme by scheme. The secrets are those of {@link WebhookRefusalSuite}. */
final class WebhookCases {
    static final String SECRET = "new-secret-0123456789";
    static final String STANDARD = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String MALFORMED = "signature_malformed";
    private static final String MISMATCH = "signature_mismatch";
    private static final String TIME = "signature_timestamp_out_of_tolerance";
    private static final String BODY = "{\"amount\":1}";
    private final List<Refusal> cases = new ArrayList<>();
    private final long now = Instant.now().getEpochSecond();

    List<Refusal> all() {
        cases.clear();
        body();
        timed();
        github();
        stripe();
        slack();
        standard();
        return cases;
    }

    private void add(String name, String rule, String reason, String request) {
        cases.add(new Refusal(name, rule, reason, request));
    }

    private void body() {
        String hex = Webhooks.hex(SECRET, BODY);
        String base64 = Webhooks.base64(SECRET, BODY);
        String[][] values = {
            {"a digit short", hex.substring(1)}, {"a digit more", hex + "0"}, {"cut to 128 bits (RFC 2104 §5)", hex.substring(0, 32)}, {"of SHA-512's width", hex + hex},
            {"no hexadecimal", "g" + hex.substring(1)}, {"a list of two", hex + "," + hex}, {"quoted", "\"" + hex + "\""}, {"prefix in upper case", "SHA256=" + hex},
            {"prefix twice", "sha256=sha256=" + hex}, {"another prefix", "sha512=" + hex}, {"prefix alone", "sha256="}, {"empty", ""}, {"a space within", hex.substring(0, 32) + " " + hex.substring(32)},
            {"base64 of 31 bytes", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="}, {"base64 of 33 bytes", base64.replace("=", "A")},
            {"base64 with a star", "*" + base64.substring(1)}, {"colons between the bytes", hex.replaceAll("(..)(?=.)", "$1:")},
        };
        for (String[] value : values) {
            add("body: " + value[0], "RFC 4648", MALFORMED, post("/plain/a", BODY, "X-Signature-256: " + value[1]));
        }
        add("body: of another content", "RFC 2104", MISMATCH, post("/plain/a", BODY, "X-Signature-256: " + Webhooks.hex(SECRET, BODY + "\n")));
        add("body: the content without its last byte", "RFC 2104", MISMATCH, post("/plain/a", BODY.substring(1), "X-Signature-256: " + hex));
        add("body: the first bit flipped", "RFC 2104", MISMATCH, post("/plain/a", BODY, "X-Signature-256: " + flipped(hex, 0)));
        add("body: the last bit flipped", "RFC 2104", MISMATCH, post("/plain/a", BODY, "X-Signature-256: " + flipped(hex, 63)));
        add("body: all zero", "RFC 2104", MISMATCH, post("/plain/a", BODY, "X-Signature-256: " + "00".repeat(32)));
        add("body: by a stranger's secret", "RFC 2104", MISMATCH, post("/plain/a", BODY, "X-Signature-256: " + Webhooks.hex("another-secret-0123456", BODY)));
        add("body: by one zero byte for a secret", "GHSA-c32j-vqhx-rx3x", MISMATCH, post("/plain/a", BODY, "X-Signature-256: " + Webhooks.hex("\0", BODY)));
        add("body: a digest instead of a MAC", "RFC 2104", MISMATCH, post("/plain/a", BODY, "X-Signature-256: " + sha256(BODY)));
        add("body: a digest of secret and content", "RFC 2104 §1", MISMATCH, post("/plain/a", BODY, "X-Signature-256: " + sha256(SECRET + BODY)));
        add("body: of large content, verified off the event loop", "RFC 2104", MISMATCH, post("/plain/a", "x".repeat(40_000), "X-Signature-256: " + hex));
        add("body: no content", "RFC 2104", "signature_body_missing", post("/plain/a", "", "X-Signature-256: " + Webhooks.hex(SECRET, "")));
        add("body: no content in chunks", "RFC 2104", "signature_body_missing",
                lines("POST /plain/a HTTP/1.1", "Host: api.example.com", "Transfer-Encoding: chunked", "X-Signature-256: " + Webhooks.hex(SECRET, "")) + "0\r\n\r\n");
        add("body: two fields", "RFC 9110 §5.3", "credentials_ambiguous", post("/plain/a", BODY, "X-Signature-256: " + hex, "x-signature-256: " + hex));
        add("body: signed in a trailer", "RFC 9110 §6.5.1", "credentials_missing",
                lines("POST /plain/a HTTP/1.1", "Host: api.example.com", "Transfer-Encoding: chunked") + "c\r\n" + BODY + "\r\n0\r\nX-Signature-256: " + hex + "\r\n\r\n");
        add("body: signed in the query", "RFC 9700 §4.3.2", "credentials_missing", post("/plain/a?X-Signature-256=" + hex, BODY));
        add("body: signed under an alias", "CVE-2025-64484", "credentials_missing", post("/plain/a", BODY, "X_Signature_256: " + hex));
    }

    private static String flipped(String hex, int at) {
        char digit = Character.forDigit(Character.digit(hex.charAt(at), 16) ^ (at == 0 ? 8 : 1), 16);
        return hex.substring(0, at) + digit + hex.substring(at + 1);
    }

    private static String sha256(String text) {
        try {
            byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.ISO_8859_1));
            return HexFormat.of().formatHex(digest);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void timed() {
        String[][] times = {
            {"negative", "-1"}, {"with a plus", "+" + now}, {"with a fraction", now + ".0"}, {"in hexadecimal", "0x" + Long.toHexString(now)}, {"with an exponent", "1e9"},
            {"in milliseconds", now + "000"}, {"beyond every clock", "9".repeat(30)}, {"empty", ""}, {"a date", "Tue, 24 Nov 2026 00:00:00 GMT"}, {"with a space within", now / 10 + " 1"},
        };
        for (String[] time : times) {
            add("timed: " + time[0], "clock as Unix seconds", MALFORMED,
                    post("/timed/a", BODY, "X-Signature-256: " + Webhooks.hex(SECRET, time[1] + "." + BODY), "X-Timestamp: " + time[1]));
        }
        String good = "X-Signature-256: " + Webhooks.hex(SECRET, now + "." + BODY);
        add("timed: without a time", "replay", MALFORMED, post("/timed/a", BODY, good));
        add("timed: two times", "RFC 9110 §5.3", MALFORMED, post("/timed/a", BODY, good, "X-Timestamp: " + now, "X-Timestamp: " + now));
        add("timed: the content alone signed", "replay", MISMATCH, post("/timed/a", BODY, "X-Signature-256: " + Webhooks.hex(SECRET, BODY), "X-Timestamp: " + now));
        add("timed: another time", "replay", MISMATCH, post("/timed/a", BODY, good, "X-Timestamp: " + (now + 1)));
        add("timed: a zero before the time", "replay", MISMATCH, post("/timed/a", BODY, good, "X-Timestamp: 0" + now));
        add("timed: too old", "replay", TIME, post("/timed/a", BODY, "X-Signature-256: " + Webhooks.hex(SECRET, (now - 75) + "." + BODY), "X-Timestamp: " + (now - 75)));
        add("timed: too early", "replay", TIME, post("/timed/a", BODY, "X-Signature-256: " + Webhooks.hex(SECRET, (now + 120) + "." + BODY), "X-Timestamp: " + (now + 120)));
        add("timed: in a thousand years", "replay", TIME, post("/timed/a", BODY, "X-Signature-256: " + "00".repeat(32), "X-Timestamp: 99999999999"));
    }

    private void github() {
        String hex = Webhooks.hex(SECRET, BODY);
        add("github: without its prefix", "GitHub", MALFORMED, post("/github/a", BODY, "X-Hub-Signature-256: " + hex));
        add("github: in base64", "GitHub", MALFORMED, post("/github/a", BODY, "X-Hub-Signature-256: sha256=" + Webhooks.base64(SECRET, BODY)));
        add("github: the old field alone", "GitHub", "credentials_missing", post("/github/a", BODY, "X-Hub-Signature: sha1=" + hex.substring(0, 40)));
        add("github: two fields", "RFC 9110 §5.3", "credentials_ambiguous", post("/github/a", BODY, Webhooks.github(SECRET, BODY), "X-Hub-Signature-256: sha256=00"));
        add("github: changed content", "GitHub", MISMATCH, post("/github/a", BODY + " ", Webhooks.github(SECRET, BODY)));
        add("github: no content", "GitHub", "signature_body_missing", get("/github/a", Webhooks.github(SECRET, "")));
    }

    private void stripe() {
        String v1 = "v1=" + Webhooks.hex(SECRET, now + "." + BODY);
        String[][] values = {
            {"without a time", v1}, {"two times", "t=" + now + ",t=" + now + "," + v1}, {"a time that is none", "t=soon," + v1}, {"a negative time", "t=-" + now + "," + v1},
            {"an empty time", "t=," + v1}, {"without a signature", "t=" + now}, {"only the test scheme", "t=" + now + ",v0=" + v1.substring(3)}, {"a digit short", "t=" + now + "," + v1.substring(0, 66)},
            {"seventeen signatures", "t=" + now + ("," + v1).repeat(17)}, {"semicolons", "t=" + now + ";" + v1}, {"names in upper case", "T=" + now + "," + v1.replace("v1", "V1")},
            {"spaces about the equals sign", "t = " + now + ", " + v1.replace("=", " = ")}, {"empty", ""}, {"longer than 4096", "t=" + now + "," + v1 + ",x=" + "y".repeat(4096)},
        };
        for (String[] value : values) {
            add("stripe: " + value[0], "Stripe", MALFORMED, post("/stripe/a", BODY, "Stripe-Signature: " + value[1]));
        }
        add("stripe: too old", "replay", TIME, post("/stripe/a", BODY, Webhooks.stripe(SECRET, now - 400, BODY)));
        add("stripe: too early", "replay", TIME, post("/stripe/a", BODY, Webhooks.stripe(SECRET, now + 400, BODY)));
        add("stripe: the time moved", "replay", MISMATCH, post("/stripe/a", BODY, "Stripe-Signature: t=" + (now - 1) + "," + v1));
        add("stripe: sixteen wrong signatures", "Stripe", MISMATCH, post("/stripe/a", BODY, "Stripe-Signature: t=" + now + (",v1=" + "ab".repeat(32)).repeat(16)));
        add("stripe: two fields", "RFC 9110 §5.3", "credentials_ambiguous", post("/stripe/a", BODY, "Stripe-Signature: t=" + now, "Stripe-Signature: " + v1));
    }

    private void slack() {
        String[] good = Webhooks.slack(SECRET, now, BODY);
        add("slack: without a time", "Slack", MALFORMED, post("/slack/a", BODY, good[1]));
        add("slack: two times", "Slack", MALFORMED, post("/slack/a", BODY, good[0], good[0], good[1]));
        add("slack: another version", "Slack", MALFORMED, post("/slack/a", BODY, good[0], good[1].replace("v0=", "v1=")));
        add("slack: the version in upper case", "Slack", MALFORMED, post("/slack/a", BODY, good[0], good[1].replace("v0=", "V0=")));
        add("slack: without its version", "Slack", MALFORMED, post("/slack/a", BODY, good[0], good[1].replace("v0=", "")));
        add("slack: too old", "replay", TIME, post("/slack/a", BODY, Webhooks.slack(SECRET, now - 400, BODY)));
        add("slack: too early", "replay", TIME, post("/slack/a", BODY, Webhooks.slack(SECRET, now + 400, BODY)));
        add("slack: the time moved", "replay", MISMATCH, post("/slack/a", BODY, "X-Slack-Request-Timestamp: " + (now + 1), good[1]));
        add("slack: signed as Stripe signs", "Slack", MISMATCH, post("/slack/a", BODY, good[0], "X-Slack-Signature: v0=" + Webhooks.hex(SECRET, now + "." + BODY)));
        add("slack: changed content", "Slack", MISMATCH, post("/slack/a", "payload=" + BODY, good));
    }

    private void standard() {
        String[] good = Webhooks.standard(STANDARD, "msg_1", now, BODY);
        add("standard: without an id", "Standard Webhooks", MALFORMED, post("/standard/a", BODY, good[1], good[2]));
        add("standard: two ids", "Standard Webhooks", MALFORMED, post("/standard/a", BODY, good[0], good[0], good[1], good[2]));
        add("standard: a dot in the id", "Standard Webhooks", MALFORMED, post("/standard/a", BODY, Webhooks.standard(STANDARD, "msg.1", now, BODY)));
        add("standard: an id of 257 characters", "Standard Webhooks", MALFORMED, post("/standard/a", BODY, Webhooks.standard(STANDARD, "m".repeat(257), now, BODY)));
        add("standard: without a time", "Standard Webhooks", MALFORMED, post("/standard/a", BODY, good[0], good[2]));
        String signature = good[2].substring("webhook-signature: v1,".length());
        String[][] values = {
            {"without its version", signature}, {"an equals sign for the comma", "v1=" + signature}, {"only an asymmetric one", "v1a," + signature}, {"of a later version", "v2," + signature},
            {"in hexadecimal", "v1," + Webhooks.hex(SECRET, BODY)}, {"cut", "v1," + signature.substring(0, 20)}, {"seventeen", ("v1," + signature + " ").repeat(17).strip()},
            {"commas between two", "v1," + signature + ",v1," + signature}, {"empty", ""},
        };
        for (String[] value : values) {
            add("standard: signature " + value[0], "Standard Webhooks", MALFORMED, post("/standard/a", BODY, good[0], good[1], "webhook-signature: " + value[1]));
        }
        add("standard: another id", "replay", MISMATCH, post("/standard/a", BODY, "webhook-id: msg_2", good[1], good[2]));
        add("standard: the time moved", "replay", MISMATCH, post("/standard/a", BODY, good[0], "webhook-timestamp: " + (now + 1), good[2]));
        add("standard: too old", "replay", TIME, post("/standard/a", BODY, Webhooks.standard(STANDARD, "msg_1", now - 400, BODY)));
        add("standard: too early", "replay", TIME, post("/standard/a", BODY, Webhooks.standard(STANDARD, "msg_1", now + 400, BODY)));
        byte[] literal = Webhooks.hmac(STANDARD.getBytes(StandardCharsets.US_ASCII), ("msg_1." + now + "." + BODY).getBytes(StandardCharsets.US_ASCII));
        add("standard: by the secret as it is written", "Standard Webhooks", MISMATCH, post("/standard/a", BODY, good[0], good[1],
                "webhook-signature: v1," + java.util.Base64.getEncoder().encodeToString(literal)));
    }
}
