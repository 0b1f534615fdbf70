package dev.sallyport.tests.jwt;

import static dev.sallyport.tests.harness.token.TokenForge.ISSUER;
import static dev.sallyport.tests.harness.token.TokenForge.payload;

import dev.sallyport.tests.harness.Refusal;
import dev.sallyport.tests.harness.token.TokenForge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Tokens that verify and whose claims are wrong (RFC 7519 §4, RFC 8725 §3.8 to §3.12), and odd ones that are right. */
final class JwtClaimCases {
    private static final String MALFORMED = "token_malformed";
    private final TokenForge forge;
    private final List<Refusal> cases = new ArrayList<>();

    JwtClaimCases(TokenForge forge) {
        this.forge = forge;
    }

    List<Refusal> all() {
        cases.clear();
        times();
        numbers();
        audiences();
        issuers();
        identities();
        kinds();
        return cases;
    }

    /** Nothing in these is wrong, whatever it looks like. */
    List<String> accepted() {
        long now = Instant.now().getEpochSecond();
        return List.of(
                forge.es256(payload("exp", (now + 100) + ".75", "iat", now + ".5")),
                forge.es256(payload("exp", String.valueOf(now - 10))),
                forge.es256(payload("nbf", String.valueOf(now + 10))),
                forge.es256(payload("exp", (now + 100) + "0e-1")),
                forge.es256(payload("aud", "[\"x\",\"other.example.com\",\"\"]")),
                forge.es256(payload("iss", "\"\\u0068ttps:\\/\\/auth.example.com\"")),
                forge.es256(payload("iat", "")),
                forge.es256(payload("scope", "\"openid read\"", "nonce", "\"n\"")),
                forge.es256("{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"application/AT+jwt\"}", payload()),
                forge.es256("{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"JWT\",\"cty\":\"x\",\"jku\":\"https://evil.test/\"}", payload()),
                forge.es256(" {\"kid\":\"ec-1\"\n,\"alg\" :\"ES256\" }\t", payload("x", "[[[[{\"a\":[1,null,true]}]]]]")));
    }

    private void add(String name, String rule, String reason, String... members) {
        cases.add(new Refusal(name, rule, reason, forge.es256(payload(members))));
    }

    private static String in(long seconds) {
        return Long.toString(Instant.now().getEpochSecond() + seconds);
    }

    private void times() {
        add("expired a minute ago", "RFC 7519 §4.1.4", "token_expired", "exp", in(-60));
        add("expired just beyond the skew", "RFC 7519 §4.1.4", "token_expired", "exp", in(-31));
        add("expired in 1970", "RFC 7519 §4.1.4", "token_expired", "exp", "0");
        add("expired, written with a fraction", "RFC 7519 §2", "token_expired", "exp", "1500000000.9999");
        add("without exp", "RFC 8725 §3.8", "token_expiry_missing", "exp", "");
        add("not before two minutes", "RFC 7519 §4.1.5", "token_not_yet_valid", "nbf", in(120));
        add("not before just beyond the skew", "RFC 7519 §4.1.5", "token_not_yet_valid", "nbf", in(40));
        add("issued in two minutes", "RFC 7519 §4.1.6", "token_not_yet_valid", "iat", in(120));
        add("lives an hour", "RFC 9700 §2.2.1", "token_lifetime_too_long", "exp", in(3600));
        add("lives an hour and does not say since when", "RFC 9700 §2.2.1", "token_lifetime_too_long", "exp", in(3600), "iat", "");
        add("issued an hour ago and still good", "RFC 9700 §2.2.1", "token_lifetime_too_long", "iat", in(-3600));
        add("lives until 9999", "RFC 9700 §2.2.1", "token_lifetime_too_long", "exp", "253402300799");
    }

    private void numbers() {
        String[][] numbers = {
            {"text", "\"" + in(300) + "\""}, {"null", "null"}, {"true", "true"}, {"an array", "[" + in(300) + "]"}, {"an object", "{}"},
            {"negative", "-1"}, {"in milliseconds", in(300) + "000"}, {"2^63", "9223372036854775808"}, {"2^64 and now", "18446744075438512816"},
            {"beyond every double", "1e400"}, {"a huge exponent", "1e999999999"}, {"41 digits", "1".repeat(41)},
            {"NaN", "NaN"}, {"Infinity", "Infinity"}, {"hexadecimal", "0x7fffffff"}, {"with a plus", "+" + in(300)},
            {"with a leading zero", "0" + in(300)}, {"with a bare point", in(300) + "."},
        };
        for (String[] number : numbers) {
            add("exp is " + number[0], "RFC 7519 §2, RFC 8259 §6", MALFORMED, "exp", number[1]);
        }
        add("nbf is text", "RFC 7519 §4.1.5", MALFORMED, "nbf", "\"now\"");
        add("nbf is null", "RFC 7519 §4.1.5", MALFORMED, "nbf", "null");
        add("iat is text", "RFC 7519 §4.1.6", MALFORMED, "iat", "\"now\"");
        add("iat is negative", "RFC 7519 §4.1.6", MALFORMED, "iat", "-1e3");
    }

    private void audiences() {
        String[][] others = {
            {"with a suffix", "\"api.example.com.evil\""}, {"a part of ours", "\"api.example\""}, {"in upper case", "\"API.EXAMPLE.COM\""},
            {"with a space", "\"api.example.com \""}, {"empty", "\"\""}, {"two in one text", "\"api.example.com other\""},
            {"left out", ""}, {"an empty array", "[]"}, {"an array of an empty text (GHSA-w73w-5m7g-f7qc)", "[\"\"]"}, {"an array of others", "[\"a\",\"b\"]"},
        };
        for (String[] other : others) {
            add("aud " + other[0], "RFC 8725 §3.9", "token_audience_mismatch", "aud", other[1]);
        }
        String[][] mistyped = {
            {"a number beside ours", "[\"api.example.com\",1]"}, {"nested", "[[\"api.example.com\"]]"}, {"an object", "{\"api.example.com\":true}"},
            {"null", "null"}, {"a number", "1"},
        };
        for (String[] other : mistyped) {
            add("aud is " + other[0], "RFC 7519 §4.1.3", MALFORMED, "aud", other[1]);
        }
    }

    private void issuers() {
        String[][] others = {
            {"with a slash", "\"" + ISSUER + "/\""}, {"in upper case", "\"HTTPS://AUTH.EXAMPLE.COM\""}, {"with a space", "\" " + ISSUER + "\""},
            {"a part of ours", "\"https://auth.example\""}, {"in an array", "[\"" + ISSUER + "\"]"}, {"null", "null"}, {"a number", "1"},
            {"left out", ""}, {"of our key under another name", "\"https://partner.example.org\""}, {"with a NUL", "\"" + ISSUER + "\\u0000\""},
        };
        for (String[] other : others) {
            add("iss " + other[0], "RFC 8725 §3.8", other[0].startsWith("of our key") ? "token_key_unknown" : "token_issuer_mismatch", "iss", other[1]);
        }
    }

    private void identities() {
        add("sub left out", "RFC 8725 §3.8", MALFORMED, "sub", "");
        add("sub empty", "RFC 8725 §3.8", MALFORMED, "sub", "\"\"");
        add("sub a number", "RFC 7519 §4.1.2", MALFORMED, "sub", "1");
        add("sub an array", "RFC 7519 §4.1.2", MALFORMED, "sub", "[\"alice\"]");
        add("sub null", "RFC 7519 §4.1.2", MALFORMED, "sub", "null");
        add("sub with half a character", "RFC 8259 §8.2", MALFORMED, "sub", "\"alice\\ud800\"");
        add("jti a number", "RFC 7519 §4.1.7", MALFORMED, "jti", "1");
        add("jti empty", "RFC 7519 §4.1.7", MALFORMED, "jti", "\"\"");
        add("scope a number", "RFC 8693 §4.2", MALFORMED, "scope", "1");
        add("scope an object", "RFC 8693 §4.2", MALFORMED, "scope", "{\"read\":true}");
        add("scope with a number in it", "RFC 8693 §4.2", MALFORMED, "scope", "[\"read\",1]");
        add("scope null", "RFC 8693 §4.2", MALFORMED, "scope", "null");
    }

    private void kinds() {
        add("bound to a key", "RFC 9700 §2.2.1, RFC 7800 §3", "token_binding_required", "cnf", "{\"jkt\":\"x\"}");
        add("bound to a certificate", "RFC 8705 §3", "token_binding_required", "cnf", "{\"x5t#S256\":\"x\"}");
        add("cnf empty", "RFC 7800 §3", "token_binding_required", "cnf", "{}");
        add("cnf null", "RFC 7800 §3", "token_binding_required", "cnf", "null");
        add("an ID token by nonce", "RFC 8725 §3.12", "token_type_not_allowed", "nonce", "\"n\"");
        add("an ID token by at_hash", "RFC 8725 §3.12", "token_type_not_allowed", "at_hash", "\"h\"");
        add("a security event", "RFC 8417 §2.2", "token_type_not_allowed", "events", "{}");
        for (String type : List.of("logout+jwt", "dpop+jwt", "application/SecEvent+jwt", "kb+jwt", "DPoP+JWT")) {
            cases.add(new Refusal("typ " + type, "RFC 8725 §3.11", "token_type_not_allowed",
                    forge.es256("{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"" + type + "\"}", payload("scope", "\"a\""))));
        }
    }
}
