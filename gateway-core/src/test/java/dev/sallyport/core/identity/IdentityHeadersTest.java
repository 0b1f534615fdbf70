package dev.sallyport.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.identity.IdentityHeaders.Written;
import dev.sallyport.core.jose.StrictJson;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityHeadersTest {
    private static final List<Proof> TOKEN = List.of(new Proof(AuthMethod.JWT, "users"));

    @Test
    void everythingProvenIsSaidUnderTheDefaultNames() {
        Identity identity = new Identity(
                "anna", List.of(new Proof(AuthMethod.JWT, "users"), new Proof(AuthMethod.MTLS, "mesh,eu")), Scopes.inOrder(List.of("write", "read")), Optional.of("j1"),
                Optional.of("https://idp.example"), Map.of(), Optional.empty(), List.of());
        assertThat(fields(IdentityHeaders.DEFAULT, identity)).containsExactly(
                new ResponseField("X-Auth-Subject", "anna"), new ResponseField("X-Auth-Method", "jwt,mtls"),
                new ResponseField("X-Auth-Authenticator", "users,mesh%2Ceu"), new ResponseField("X-Auth-Scopes", "write read"),
                new ResponseField("X-Auth-Key-Id", "j1"), new ResponseField("X-Auth-Issuer", "https://idp.example"));
    }

    @Test
    void anonymousIsSaidNothingOf() {
        assertThat(fields(IdentityHeaders.DEFAULT, Identity.ANONYMOUS)).isEmpty();
    }

    @Test
    void fieldWithoutValueIsLeftOut() {
        assertThat(fields(IdentityHeaders.DEFAULT, identity("a", Map.of()))).extracting(ResponseField::name)
                .containsExactly("X-Auth-Subject", "X-Auth-Method", "X-Auth-Authenticator");
    }

    @ParameterizedTest
    @CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = {
        "a b,a b", " a,%20a", "a ,a%20", "a%b,a%25b", "J\u00f6rg,J%C3%B6rg", "\u20ac,%E2%82%AC", "a\tb,a%09b", "~!@#,~!@#", "\uD83D\uDE00,%F0%9F%98%80",
    })
    void valueReadsBackAsOneThingOnly(String subject, String written) {
        assertThat(fields(IdentityHeaders.DEFAULT, identity(subject, Map.of())).getFirst().value()).isEqualTo(written);
    }

    @Test
    void lineBreakNeverReachesAHeader() {
        for (String evil : List.of("a\r\nX-Admin: 1", "a\nb", "\r", "a\0b", "\u0085", "\u2028")) {
            assertThat(fields(IdentityHeaders.DEFAULT, identity(evil, Map.of())).getFirst().value()).matches("[\\x21-\\x7E]+( [\\x21-\\x7E]+)*").doesNotContain("\r", "\n");
        }
    }

    @Test
    void claimsAreWrittenByTheirKind() {
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, Object> claims = new LinkedHashMap<>(Map.of(
                "text", "x", "number", 7, "decimal", new BigDecimal("1E+3"), "truth", true, "list", List.of("a", "b,c", 1), "nested", List.of(List.of("x")), "object", Map.of("a", 1)));
        claims.put("holes", Arrays.asList("a", null));
        claims.putAll(StrictJson.object("{\"nothing\":null,\"list with nothing\":[\"a\",null]}".getBytes(StandardCharsets.UTF_8)).orElseThrow());
        claims.keySet().stream().sorted().forEach(claim -> headers.put(claim, "X-" + claim));
        headers.put("absent", "X-absent");
        IdentityHeaders written = new IdentityHeaders(Map.of(), headers);
        assertThat(fields(written, identity("a", claims))).containsExactlyInAnyOrder(
                new ResponseField("X-text", "x"), new ResponseField("X-number", "7"), new ResponseField("X-decimal", "1000"),
                new ResponseField("X-truth", "true"), new ResponseField("X-list", "a,b%2Cc,1"));
    }

    @Test
    void scopeWithASpaceCannotBecomeTwo() {
        Identity identity = new Identity("a", TOKEN, Scopes.inOrder(List.of("read admin", "x")), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), List.of());
        assertThat(fields(IdentityHeaders.DEFAULT, identity)).contains(new ResponseField("X-Auth-Scopes", "read%20admin x"));
    }

    @Test
    void valueOverTheBoundIsRefusedAndNeverCut() {
        assertThat(fields(IdentityHeaders.DEFAULT, identity("a".repeat(4096), Map.of())).getFirst().value()).hasSize(4096);
        assertThat(IdentityHeaders.DEFAULT.write(identity("a".repeat(4097), Map.of()))).isEqualTo(new Written.TooLarge("X-Auth-Subject"));
        assertThat(IdentityHeaders.DEFAULT.write(identity("\u00f6".repeat(683), Map.of()))).isEqualTo(new Written.TooLarge("X-Auth-Subject"));
        IdentityHeaders claims = new IdentityHeaders(Map.of(), Map.of("c", "X-C"));
        assertThat(claims.write(identity("a", Map.of("c", "b".repeat(4097))))).isEqualTo(new Written.TooLarge("X-C"));
    }

    @Test
    void renamedAndLeftOutNamesStayReserved() {
        IdentityHeaders headers = new IdentityHeaders(Map.of(IdentityField.SUBJECT, "X-User"), Map.of("tenant", "X-Tenant"));
        assertThat(headers.reserved()).containsExactlyInAnyOrder(
                "X-User", "X-Tenant", "X-Auth-Subject", "X-Auth-Method", "X-Auth-Authenticator", "X-Auth-Scopes", "X-Auth-Key-Id", "X-Auth-Issuer",
                "X-Auth-Assertion");
        assertThat(fields(headers, identity("anna", Map.of()))).containsExactly(new ResponseField("X-User", "anna"));
    }

    private static Identity identity(String subject, Map<String, Object> claims) {
        return new Identity(subject, TOKEN, Set.of(), Optional.empty(), Optional.empty(), claims, Optional.empty(), List.of());
    }

    private static List<ResponseField> fields(IdentityHeaders headers, Identity identity) {
        return ((Written.Fields) headers.write(identity)).fields();
    }

    @Test
    void headerOfTheAssertionIsReservedAndItsDefaultNameAlways() {
        assertThat(IdentityHeaders.DEFAULT.reserved()).contains("X-Auth-Assertion");
        assertThat(new IdentityHeaders(Map.of(), Map.of(), Optional.of("X-Vouched")).reserved()).contains("X-Vouched", "X-Auth-Assertion");
    }
}
