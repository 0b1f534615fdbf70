package dev.sallyport.tests.jwt;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Refusal;
import dev.sallyport.tests.harness.token.TokenForge;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a token can be wrong, each refused for its own reason. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JwtRefusalSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              users:
                jwt:
                  issuer: https://auth.example.com
                  audiences: [api.example.com, other.example.com]
                  algorithms: [RS256, PS256, ES256, ES384, EdDSA]
                  keys: { file: jwks.json }
              partners:
                jwt: { issuer: "https://partner.example.org", audiences: [api.example.com], algorithms: [RS256, ES256], keys: { file: partner.json } }
            upstreams:
              orders: { targets: [ "@upstream@" ] }
            routes:
              users: { match: { path: /users/** }, auth: { any: [users, partners] }, upstream: orders }
            """;

    private final Fixture fixture = new Fixture();
    private final TokenForge forge = new TokenForge();
    private final JwtSignatureCases signatures = new JwtSignatureCases(forge);
    private final JwtClaimCases claims = new JwtClaimCases(forge);

    JwtRefusalSuite() {
        fixture.write("jwks.json", signatures.jwks());
        fixture.write("partner.json", "{\"keys\":[" + new TokenForge().rsa.toPublicJWK() + "]}");
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    Stream<Refusal> refusals() {
        return Stream.of(signatures.all(), claims.all(), new JwtFormCases(forge).all()).flatMap(List::stream);
    }

    Stream<String> accepted() {
        return claims.accepted().stream();
    }

    @Test
    void noTwoCasesAreTheSame() {
        List<Refusal> all = refusals().toList();
        assertThat(all).hasSizeGreaterThan(150);
        assertThat(all.stream().map(Refusal::name)).doesNotHaveDuplicates();
        assertThat(all.stream().map(Refusal::credential)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aWrongTokenIsRefusedForItsReason(Refusal refusal) {
        refusal.assertRefused(fixture, get("/users/a", "Authorization: Bearer " + refusal.credential()));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void anOddTokenThatBreaksNoRulePasses(String token) {
        assertThat(fixture.exchange(get("/users/odd", "Authorization: Bearer " + token)).status()).isEqualTo(200);
    }

    /** RFC 7518 demands no low s, so both halves hold; nothing here counts on a token having one spelling. */
    @Test
    void theMirroredSignatureOfTheSameTokenVerifies() {
        String token = forge.es256(TokenForge.payload());
        byte[] signature = TokenForge.signature(token);
        byte[] mirrored = TokenForge.p1363(TokenForge.r(signature), TokenForge.P256_ORDER.subtract(TokenForge.s(signature)));
        String other = TokenForge.withSignature(TokenForge.input(token), mirrored);
        assertThat(fixture.exchange(get("/users/m", "Authorization: Bearer " + other)).status()).isEqualTo(200);
    }

    Stream<Refusal> places() {
        String token = forge.es256(TokenForge.payload());
        String rule = "RFC 6750 §2.1, CVE-2026-0707";
        return Stream.of(
                new Refusal("two fields", rule, "credentials_ambiguous", get("/users/p", "Authorization: Bearer " + token, "Authorization: Bearer " + token)),
                new Refusal("a second field of another scheme", rule, "credentials_ambiguous", get("/users/p", "Authorization: Bearer " + token, "authorization: Basic eDp5")),
                new Refusal("a list", rule, "credentials_ambiguous", get("/users/p", "Authorization: Bearer " + token + ", Bearer x")),
                new Refusal("a space within", rule, "credentials_ambiguous", get("/users/p", "Authorization: Bearer " + token.replace(".", ". "))),
                new Refusal("the JSON form", "RFC 7515 §3.2", "credentials_ambiguous", get("/users/p", "Authorization: Bearer {\"payload\":\"e30\",\"signature\":\"AA\"}")),
                new Refusal("a tab behind the scheme", rule, "credentials_missing", get("/users/p", "Authorization: Bearer\t" + token)),
                new Refusal("a colon behind the scheme", rule, "credentials_missing", get("/users/p", "Authorization: Bearer: " + token)),
                new Refusal("no scheme", rule, "credentials_missing", get("/users/p", "Authorization: " + token)),
                new Refusal("another scheme", rule, "credentials_missing", get("/users/p", "Authorization: Token " + token)),
                new Refusal("Basic", rule, "credentials_missing", get("/users/p", "Authorization: Basic " + token)),
                new Refusal("another field", rule, "credentials_missing", get("/users/p", "X-Authorization: Bearer " + token)),
                new Refusal("a field by its alias", rule, "credentials_missing", get("/users/p", "Proxy-Authorization: Bearer " + token)),
                new Refusal("a cookie", rule, "credentials_missing", get("/users/p", "Cookie: access_token=" + token)),
                new Refusal("the query", "RFC 9700 §4.3.2", "credentials_in_url", get("/users/p?access_token=" + token)),
                new Refusal("the query beside the field", "RFC 9700 §4.3.2", "credentials_in_url", get("/users/p?access_token=x", "Authorization: Bearer " + token)));
    }

    @ParameterizedTest
    @MethodSource("places")
    void aTokenInAWrongPlaceIsNotTaken(Refusal refusal) {
        refusal.assertRefused(fixture, refusal.credential());
    }
}
