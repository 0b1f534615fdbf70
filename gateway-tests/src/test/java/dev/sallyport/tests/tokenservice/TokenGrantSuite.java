package dev.sallyport.tests.tokenservice;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.token.Forms.basic;
import static dev.sallyport.tests.harness.token.Forms.form;
import static dev.sallyport.tests.harness.token.Forms.post;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.APP_SECRET;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.CONFIG;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.ISSUER;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.ORDERS;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.WATCHER_SECRET;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.access;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.refreshToken;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.tests.harness.FullDisk;
import dev.sallyport.tests.harness.Json;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.token.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the token endpoint gives to a client, and what it refuses. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenGrantSuite {
    private final TokenServiceGateway service = new TokenServiceGateway();

    @AfterAll
    void stop() {
        service.close();
    }

    @BeforeEach
    void forget() {
        service.fixture().upstream().forget();
    }

    @Test
    void clientGetsATokenThatOpensARouteOfTheGatewayAndVerifiesUnderThePublishedKeys() throws ParseException, JOSEException {
        Reply reply = service.ask("/oauth2/token", "grant_type", "client_credentials", "scope", "read", "resource", ORDERS);
        assertThat(reply.field("Cache-Control")).contains("no-store");
        assertThat(reply.field("Pragma")).contains("no-cache");
        assertThat(reply.json().path("token_type").asText()).isEqualTo("Bearer");
        assertThat(reply.json().path("expires_in").asInt()).isEqualTo(900);
        SignedJWT token = SignedJWT.parse(access(reply.json()));
        ECKey key = JWKSet.parse(service.overTls(get("/oauth2/jwks")).text()).getKeyByKeyId(token.getHeader().getKeyID()).toECKey();
        assertThat(key.isPrivate()).isFalse();
        assertThat(token.verify(new ECDSAVerifier(key))).isTrue();
        assertThat(token.getHeader().getType().getType()).isEqualTo("at+jwt");
        JWTClaimsSet claims = token.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(ISSUER);
        assertThat(claims.getAudience()).containsExactly(ORDERS);
        assertThat(claims.getSubject()).isEqualTo("app");
        assertThat(claims.getStringClaim("client_id")).isEqualTo("app");
        assertThat(claims.getStringClaim("scope")).isEqualTo("read");
        assertThat(Duration.between(claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant())).isEqualTo(Duration.ofMinutes(15));
        assertThat(service.call("/orders/1", token.serialize()).status()).isEqualTo(200);
        assertThat(service.fixture().upstream().only("/orders/1").field("X-Auth-Subject")).contains("app");
        JsonNode audited = service.fixture().gateway().auditLine(reply.requestId());
        assertThat(audited.path("subject").asText()).isEqualTo("app");
        assertThat(audited.path("credentialId").asText()).isEqualTo(claims.getJWTID());
    }

    @Test
    void clientIsItselfWhomeverItAsksToBe() throws ParseException {
        for (String asked : List.of("sub", "subject", "username", "requested_subject", "act", "login_hint")) {
            JWTClaimsSet claims = SignedJWT.parse(access(service.ask("/oauth2/token", "grant_type", "client_credentials", asked, "alice").json())).getJWTClaimsSet();
            assertThat(claims.getSubject()).as(asked).isEqualTo("app");
            assertThat(claims.getStringClaim("client_id")).as(asked).isEqualTo("app");
            assertThat(claims.getClaims()).as(asked).doesNotContainValue("alice");
        }
        assertThat(service.ask("/oauth2/token", "grant_type", "client_credentials", "client_id", "robot").status()).isBetween(400, 401);
    }

    @Test
    void userOfAnotherIssuerWithTheNameOfAClientIsSomebodyElse() {
        String user = Tokens.sign(service.robot(), "ES256", Tokens.claims("https://users.example.com", ORDERS, "app").build());
        assertThat(service.call("/shared/client", access(service.issued())).status()).isEqualTo(200);
        assertThat(service.call("/shared/user", user).status()).isEqualTo(200);
        Received client = service.fixture().upstream().only("/shared/client");
        Received other = service.fixture().upstream().only("/shared/user");
        assertThat(client.field("X-Auth-Subject")).isEqualTo(other.field("X-Auth-Subject")).contains("app");
        assertThat(client.field("X-Auth-Issuer")).contains(ISSUER);
        assertThat(client.field("X-Auth-Authenticator")).contains("clients");
        assertThat(other.field("X-Auth-Issuer")).contains("https://users.example.com");
        assertThat(other.field("X-Auth-Authenticator")).contains("users");
        String forged = Tokens.sign(service.robot(), "ES256", Tokens.claims(ISSUER, ORDERS, "app").build());
        assertThat(service.call("/shared/forged", forged).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "grant_type=password, unsupported_grant_type, grant_type_unsupported",
        "grant_type=client_credentials&scope=admin, invalid_scope, grant_scope_not_allowed",
        "grant_type=client_credentials&resource=https://other.example.com, invalid_target, grant_target_not_allowed",
        "grant_type=refresh_token&refresh_token=x, invalid_grant, refresh_token_unknown",
        "scope=read, invalid_request, oauth_request_malformed"})
    void requestForWhatIsNotToBeHadIsRefused(String asked, String error, String reason) {
        service.assertRefused(service.overTls(post("/oauth2/token", asked, basic("app", APP_SECRET))), 400, error, reason);
    }

    @Test
    void contentIsBounded() {
        Reply reply = service.overTls(post("/oauth2/token", form("grant_type", "client_credentials", "x", "a".repeat(40_000)), basic("app", APP_SECRET)));
        assertThat(reply.status()).isEqualTo(413);
    }

    @Test
    void fullDiskPromisesNothingAndSpendsNothing() {
        String assertion = service.signedByRobot("on a full disk");
        try (FullDisk _ = FullDisk.of(service.fixture().gateway())) {
            for (String request : List.of(post("/oauth2/token", form("grant_type", "client_credentials"), basic("app", APP_SECRET)), assertion)) {
                Reply refused = service.overTls(request);
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.field("Retry-After")).isPresent();
                assertThat(service.reasonOf(refused)).isEqualTo("state_unavailable");
            }
        }
        assertThat(service.overTls(assertion).status()).isEqualTo(200);
    }

    @Test
    void noSecretIsEverWritten() throws IOException {
        JsonNode issued = service.issued();
        service.refresh(refreshToken(issued));
        service.overTls(post("/oauth2/token", form("grant_type", "client_credentials", "client_id", "app", "client_secret", APP_SECRET + "y")));
        String written = service.fixture().gateway().everythingWritten() + Files.readString(service.fixture().folder().resolve("refresh.journal"))
                + Files.readString(service.fixture().folder().resolve("clients.yaml"));
        assertThat(written).doesNotContain(APP_SECRET, WATCHER_SECRET, refreshToken(issued), access(issued));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/oauth2/token", "/oauth2/revoke", "/oauth2/introspect"})
    void secretThatComesWithAnotherMethodGoesToNoUpstream(String path) {
        service.fixture().reload(CONFIG.replace("path: /** }, auth: clients", "path: /** }, auth: none"));
        try {
            for (String method : List.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH")) {
                Reply reply = service.overTls(Requests.request(method, path + "?client_id=app&client_secret=" + APP_SECRET, "", basic("app", APP_SECRET)));
                assertThat(reply.status()).as(method).isEqualTo(405);
                assertThat(reply.field("Allow")).contains("POST");
            }
            assertThat(service.fixture().upstream().received()).isEmpty();
        } finally {
            service.fixture().reload(CONFIG);
        }
    }

    @Test
    void detailIsToldWhereTheOperatorWantsIt() {
        service.fixture().reload(CONFIG + "errors: { detail: true }\n");
        try {
            JsonNode told = Json.parse(service.overTls(post("/oauth2/token", "grant_type=client_credentials&scope=admin", basic("app", APP_SECRET))).text());
            assertThat(told.path("error").asText()).isEqualTo("invalid_scope");
            assertThat(told.path("error_description").asText()).contains("[read, write]");
        } finally {
            service.fixture().reload(CONFIG);
        }
    }
}
