package dev.sallyport.tests.jwt;

import static dev.sallyport.tests.harness.token.TokenForge.HEADER;
import static dev.sallyport.tests.harness.token.TokenForge.payload;

import com.nimbusds.jose.util.Base64URL;
import dev.sallyport.tests.harness.Refusal;
import dev.sallyport.tests.harness.token.TokenForge;
import dev.sallyport.tests.harness.token.Tokens;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tokens that are not written as RFC 7515 §3.1 and RFC 8259 have it. Where there is a signature, it holds. */
final class JwtFormCases {
    private static final String COMPACT = "RFC 7515 §3.1";
    private static final String BASE64URL = "RFC 7515 §2";
    private static final String JSON = "RFC 7515 §4, RFC 8259";
    private final TokenForge forge;
    private final List<Refusal> cases = new ArrayList<>();

    JwtFormCases(TokenForge forge) {
        this.forge = forge;
    }

    List<Refusal> all() {
        cases.clear();
        parts();
        spellings();
        headers();
        payloads();
        bounds();
        return cases;
    }

    private void add(String name, String rule, String token) {
        cases.add(new Refusal(name, rule, "token_malformed", token));
    }

    private void parts() {
        String good = forge.es256(payload());
        add("one part", COMPACT, "not-a-token");
        add("no part", COMPACT, "");
        add("two parts", COMPACT, TokenForge.input(good));
        add("four parts", COMPACT, good + ".x");
        add("a dot behind", COMPACT, good + ".");
        add("a dot before", COMPACT, "." + good);
        add("empty parts", COMPACT, "..");
        add("no header", COMPACT, good.substring(good.indexOf('.')));
        add("no payload", COMPACT, Tokens.encode(HEADER) + "..AAAA");
        add("five parts, as encrypted", "CVE-2024-28180", Tokens.compact("{\"alg\":\"RSA-OAEP\",\"enc\":\"A128GCM\",\"zip\":\"DEF\"}", "x", Optional.of(new byte[64])) + ".AA.AA");
        add("thousands of dots", "CVE-2025-30204", "a.".repeat(4000));
    }

    private void spellings() {
        String good = forge.es256(payload());
        String header = Tokens.encode(HEADER);
        String body = Tokens.encode(payload());
        add("padding behind the signature", BASE64URL, good + "==");
        add("padding behind the payload", BASE64URL, forge.es256Encoded(header, Tokens.encode(padded(payload(), 1)) + "=="));
        add("padding behind the header", BASE64URL, forge.es256Encoded(Tokens.encode(padded(HEADER, 2)) + "=", body));
        add("unused bits in the signature", BASE64URL, good.substring(0, good.length() - 1) + next(good.charAt(good.length() - 1)));
        add("unused bits in the payload", BASE64URL, forge.es256Encoded(header, dirty(Tokens.encode(padded(payload(), 1)))));
        add("unused bits in the header", BASE64URL, forge.es256Encoded(dirty(Tokens.encode(padded(HEADER, 1))), body));
        add("the alphabet of plain base64", BASE64URL, forge.es256Encoded(header, Tokens.encode(payload("x", "\"~~~???\"")).replace('-', '+').replace('_', '/')));
        add("a star before", BASE64URL, "*" + good);
        add("a lone character behind", BASE64URL, good + "AAA");
        add("percent-encoded dots", BASE64URL, good.replace(".", "%2E"));
        add("a byte beyond ASCII", BASE64URL, good.substring(0, 20) + "\u00e9" + good.substring(20));
        add("the JSON not encoded", BASE64URL, "{}.{}.AA");
        add("in quotes", BASE64URL, "\"" + good + "\"");
    }

    /** With spaces behind, so that the length has this rest by three. */
    private static String padded(String json, int rest) {
        return json + " ".repeat((rest - json.length() % 3 + 3) % 3);
    }

    private static String dirty(String encoded) {
        return encoded.substring(0, encoded.length() - 1) + next(encoded.charAt(encoded.length() - 1));
    }

    private static char next(char letter) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return alphabet.charAt(alphabet.indexOf(letter) + 1);
    }

    private void headers() {
        String[][] headers = {
            {"alg twice", "{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"ec-1\"}"},
            {"alg twice, once by an escape", "{\"\\u0061lg\":\"none\",\"alg\":\"ES256\",\"kid\":\"ec-1\"}"},
            {"kid twice", "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"kid\":\"ec-1\"}"},
            {"without alg", "{\"kid\":\"ec-1\"}"}, {"alg null", "{\"alg\":null,\"kid\":\"ec-1\"}"}, {"alg an array", "{\"alg\":[\"ES256\"],\"kid\":\"ec-1\"}"},
            {"kid a number", "{\"alg\":\"ES256\",\"kid\":1}"}, {"kid null", "{\"alg\":\"ES256\",\"kid\":null}"}, {"typ an array", "{\"alg\":\"ES256\",\"typ\":[\"JWT\"]}"},
            {"kid of 257 characters", "{\"alg\":\"ES256\",\"kid\":\"" + "k".repeat(257) + "\"}"},
            {"crit with an extension", "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"crit\":[\"x\"],\"x\":1}"},
            {"crit empty", "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"crit\":[]}"},
            {"crit that names a header we know", "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"crit\":[\"alg\"]}"},
            {"b64 false (RFC 7797)", "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"b64\":false,\"crit\":[\"b64\"]}"},
            {"b64 true", "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"b64\":true}"},
            {"zip", "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"zip\":\"DEF\"}"},
            {"an array", "[{\"alg\":\"ES256\"}]"}, {"text", "\"ES256\""}, {"null", "null"}, {"nothing", " "},
        };
        for (String[] header : headers) {
            add("header: " + header[0], JSON, forge.es256(header[1], payload()));
        }
    }

    private void payloads() {
        String good = payload();
        String[][] payloads = {
            {"exp twice", payload("exp", "1,\"exp\":9999999999")}, {"iss twice", good.replace("\"iss\"", "\"iss\":\"other\",\"iss\"")},
            {"a duplicate within a claim", payload("x", "{\"a\":1,\"a\":2}")}, {"something behind", good + "{}"}, {"a comma too many", good.replace("}", ",}")},
            {"a comment", good.replace("}", "/**/}")}, {"single quotes", good.replace('"', '\'')}, {"a bare name", payload("x", "1,y:1")},
            {"a bare line feed in a text", payload("x", "\"a\nb\"")}, {"a bad escape", payload("x", "\"\\x41\"")}, {"cut short", good.substring(0, good.length() - 1)},
            {"an array", "[" + good + "]"}, {"text", "\"x\""}, {"a nested token", forge.es256(good)},
        };
        for (String[] payload : payloads) {
            add("payload: " + payload[0], JSON, forge.es256(payload[1]));
        }
        for (Charset charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, Charset.forName("UTF-32"))) {
            add("payload in " + charset, "RFC 8725 §3.7", encoded(good.getBytes(charset)));
        }
        add("payload with a byte order mark", "RFC 8725 §3.7", encoded(("\ufeff" + good).getBytes(StandardCharsets.UTF_8)));
        add("payload in ISO 8859-1", "RFC 8725 §3.7", encoded(payload("sub", "\"J\u00fcrgen\"").getBytes(StandardCharsets.ISO_8859_1)));
        add("an overlong quote", "RFC 3629 §3", encoded(payload("x", "\"\u00c0\u00a2\"").getBytes(StandardCharsets.ISO_8859_1)));
    }

    private String encoded(byte[] payload) {
        return forge.es256Encoded(Tokens.encode(HEADER), Base64URL.encode(payload).toString());
    }

    private void bounds() {
        add("nested 13 deep", "CVE-2025-53864", forge.es256(payload("x", "[".repeat(12) + "]".repeat(12))));
        add("nested 2000 deep", "CVE-2025-53864", forge.es256(payload("x", "[".repeat(2000) + "]".repeat(2000))));
        add("objects nested 1000 deep", "CVE-2025-53864", forge.es256(payload("x", "{\"a\":".repeat(1000) + "1" + "}".repeat(1000))));
        add("a header nested deep", "CVE-2025-53864", forge.es256("{\"alg\":\"ES256\",\"x\":" + "[".repeat(500) + "]".repeat(500) + "}", payload()));
        add("a name of 1100 characters", "CVE-2019-17195", forge.es256(payload("n".repeat(1100), "1")));
        add("longer than 16 KiB", "CVE-2025-30204", forge.es256(payload("x", "\"" + "x".repeat(13_000) + "\"")));
    }
}
