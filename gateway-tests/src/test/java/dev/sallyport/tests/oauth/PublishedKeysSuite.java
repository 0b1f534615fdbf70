package dev.sallyport.tests.oauth;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.token.Forms.basic;
import static dev.sallyport.tests.harness.token.Forms.form;
import static dev.sallyport.tests.harness.token.Forms.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import java.text.ParseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Verifiers that know RS256 alone: what token service and identity assertion sign with it holds under the keys that each publishes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PublishedKeysSuite {
    private static final String ORDERS = "https://api.example.com/orders";
    private static final String OF_THE_SERVICE = "/oauth2/jwks";
    private static final String OF_THE_ASSERTION = "/.well-known/sallyport/jwks.json";
    private static final String CONFIG = """
            listeners:
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
            admin: { bind: "127.0.0.1:0" }
            tokenService:
              issuer: https://api.example.com
              clients: clients.yaml
              signing: { algorithm: RS256, keys: token-keys.journal }
            identity:
              assertion: { issuer: "https://gateway.example.com", signing: { algorithm: RS256, keys: assertion-keys.journal } }
            authenticators:
              clients:
                jwt: { issuer: "https://api.example.com", audiences: [ "https://api.example.com/orders" ], algorithms: [RS256], type: at+jwt, keys: { tokenService: true } }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            routes:
              orders: { match: { path: /orders/** }, auth: clients, upstream: main }
            """;

    private final Fixture fixture = new Fixture();
    private final String secret;

    PublishedKeysSuite() {
        CommandLine.Outcome made = CommandLine.sallyport(fixture.folder(), "clients", "create", "--store", "clients.yaml", "--id", "app", "--audience", ORDERS);
        assertThat(made.status()).as(made.err()).isZero();
        secret = made.out().strip();
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    private Reply overTls(String request) {
        try (RawClient client = fixture.tls()) {
            return client.exchange(request);
        }
    }

    private JWKSet published(String path) throws ParseException {
        Reply reply = overTls(get(path));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return JWKSet.parse(reply.text());
    }

    /** Under the one set, and of a key that the other has not. */
    private void assertVerifies(SignedJWT token, String own, String other) throws ParseException, JOSEException {
        assertThat(token.getHeader().getAlgorithm().getName()).isEqualTo("RS256");
        RSAKey key = published(own).getKeyByKeyId(token.getHeader().getKeyID()).toRSAKey();
        assertThat(key.isPrivate()).isFalse();
        assertThat(key.size()).isGreaterThanOrEqualTo(2048);
        assertThat(token.verify(new RSASSAVerifier(key))).isTrue();
        assertThat(published(other).getKeyByKeyId(token.getHeader().getKeyID())).isNull();
    }

    @Test
    void tokenAndAssertionVerifyEachUnderItsOwnPublishedKeys() throws ParseException, JOSEException {
        Reply issued = overTls(post("/oauth2/token", form("grant_type", "client_credentials"), basic("app", secret)));
        assertThat(issued.status()).as(issued.toString()).isEqualTo(200);
        SignedJWT token = SignedJWT.parse(issued.json().path("access_token").asText());
        assertVerifies(token, OF_THE_SERVICE, OF_THE_ASSERTION);
        assertThat(overTls(get("/orders/1", "Authorization: Bearer " + token.serialize())).status()).isEqualTo(200);
        SignedJWT assertion = SignedJWT.parse(fixture.upstream().only("/orders/1").field("X-Auth-Assertion").orElseThrow());
        assertVerifies(assertion, OF_THE_ASSERTION, OF_THE_SERVICE);
        assertThat(assertion.getJWTClaimsSet().getSubject()).isEqualTo("app");
    }

    @Test
    void assertionIsNoTokenOfTheService() {
        Reply issued = overTls(post("/oauth2/token", form("grant_type", "client_credentials"), basic("app", secret)));
        assertThat(overTls(get("/orders/2", "Authorization: Bearer " + issued.json().path("access_token").asText())).status()).isEqualTo(200);
        String assertion = fixture.upstream().only("/orders/2").field("X-Auth-Assertion").orElseThrow();
        fixture.upstream().forget();
        assertThat(overTls(get("/orders/3", "Authorization: Bearer " + assertion)).status()).isEqualTo(401);
        assertThat(fixture.upstream().received()).isEmpty();
    }
}
