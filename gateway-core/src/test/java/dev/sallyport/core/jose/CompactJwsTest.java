package dev.sallyport.core.jose;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactJwsTest {
    private static final String HEADER = "{\"alg\":\"ES256\",\"kid\":\"a\",\"typ\":\"at+jwt\"}";
    private static final String CLAIMS = "{\"iss\":\"i\"}";

    @Test
    void wellFormedTokenIsReadWholly() {
        CompactJws.Parsed parsed = CompactJws.parse(token(HEADER, CLAIMS) + ".AAAA");
        assertThat(parsed).isInstanceOfSatisfying(CompactJws.Parsed.Token.class, token -> {
            assertThat(token.jws().algorithm()).isEqualTo("ES256");
            assertThat(token.jws().keyId()).contains("a");
            assertThat(token.jws().type()).contains("at+jwt");
            assertThat(token.jws().claims()).containsEntry("iss", "i");
            assertThat(token.jws().signature()).hasSize(3);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a", "a.b", "a.b.c.d", "a.b.c.d.e", "....", "e30", "e30.e30", " e30.e30.AA", "e30.e30.AA "})
    void anotherNumberOfPartsIsMalformed(String text) {
        assertMalformed(text);
    }

    @Test
    void thousandsOfDotsAreMalformed() {
        assertMalformed(".".repeat(CompactJws.MAX_LENGTH));
    }

    @Test
    void tokenOverTheBoundIsMalformed() {
        assertMalformed(token(HEADER, CLAIMS) + "." + "A".repeat(CompactJws.MAX_LENGTH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"AB", "AAB", "AA==", "AAA=", "A", "AAAAA", "A+AA", "A/AA", "AA AA", "AA\nAA", "A\u00e9AA"})
    void nonCanonicalSignatureIsMalformed(String signature) {
        assertMalformed(token(HEADER, CLAIMS) + "." + signature);
    }

    @Test
    void paddedHeaderIsMalformed() {
        String header = Base64.getUrlEncoder().encodeToString("{\"alg\":\"ES256\" }".getBytes(StandardCharsets.UTF_8));
        assertThat(header).endsWith("=");
        assertMalformed(header + "." + part(CLAIMS) + ".AAAA");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"alg\":\"ES256\",\"alg\":\"HS256\"}",
        "{\"alg\":\"ES256\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"ES256\",\"crit\":[]}",
        "{\"alg\":\"ES256\",\"b64\":false}",
        "{\"alg\":\"ES256\",\"b64\":true}",
        "{\"alg\":\"ES256\",\"zip\":\"DEF\"}",
        "{\"alg\":\"ES256\",\"kid\":1}",
        "{\"alg\":\"ES256\",\"kid\":null}",
        "{\"alg\":\"ES256\",\"typ\":[\"JWT\"]}",
        "{\"alg\":1}",
        "{\"alg\":null}",
        "{}",
        "[]",
        "null",
        "\"x\"",
        "{\"alg\":\"ES256\"} {}",
        "{\"alg\":\"ES256\"",
        "{'alg':'ES256'}",
        "{\"alg\":\"ES256\",}",
        "{\"alg\":\"ES256\",/*c*/\"kid\":\"a\"}",
    })
    void brokenHeaderIsMalformed(String header) {
        assertMalformed(token(header, CLAIMS) + ".AAAA");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"iss\":\"a\",\"iss\":\"b\"}",
        "{\"act\":{\"sub\":\"a\",\"sub\":\"b\"}}",
        "[]", "1", "", "{\"iss\":NaN}", "{\"iss\":01}", "\uFEFF{}", "{}x",
        "{\"sub\":\"\\ud800\"}", "{\"sub\":\"\\udc00\\ud800\"}", "{\"\\ud800\":1}"
    })
    void brokenPayloadIsMalformed(String claims) {
        assertMalformed(token(HEADER, claims) + ".AAAA");
    }

    @Test
    void keyIdOverTheBoundIsMalformed() {
        assertMalformed(token("{\"alg\":\"ES256\",\"kid\":\"" + "k".repeat(CompactJws.MAX_KEY_ID_LENGTH + 1) + "\"}", CLAIMS) + ".AAAA");
    }

    @Test
    void deeplyNestedClaimsAreMalformed() {
        assertMalformed(token(HEADER, "{\"a\":" + "[".repeat(1000) + "]".repeat(1000) + "}") + ".AAAA");
    }

    @Test
    void payloadInAnotherEncodingThanUtf8IsMalformed() {
        String utf16 = Base64.getUrlEncoder().withoutPadding().encodeToString(CLAIMS.getBytes(StandardCharsets.UTF_16BE));
        String latin1 = Base64.getUrlEncoder().withoutPadding().encodeToString("{\"iss\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertMalformed(part(HEADER) + "." + utf16 + ".AAAA");
        assertMalformed(part(HEADER) + "." + latin1 + ".AAAA");
    }

    @Test
    void tokenIsNeverPrinted() {
        String text = CompactJws.parse(token(HEADER, CLAIMS) + ".AAAA").toString();
        assertThat(text).doesNotContain("AAAA", part(CLAIMS), "iss");
    }

    private static void assertMalformed(String token) {
        assertThat(CompactJws.parse(token)).isInstanceOf(CompactJws.Parsed.Malformed.class);
    }

    private static String token(String header, String claims) {
        return part(header) + "." + part(claims);
    }

    private static String part(String text) {
        return StrictBase64.encode(text.getBytes(StandardCharsets.UTF_8));
    }
}
