package dev.sallyport.tests.tokenservice;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.token.Forms.basic;
import static dev.sallyport.tests.harness.token.Forms.form;
import static dev.sallyport.tests.harness.token.Forms.post;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.APP_SECRET;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.ISSUER;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.ORDERS;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.access;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.refreshToken;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.token.DpopProofs;
import dev.sallyport.tests.harness.token.Tokens;
import java.security.cert.CertificateEncodingException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How clients of the token service prove themselves, and the command that keeps them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenClientSuite {
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
    void assertionSignedByTheClientPassesOnce() {
        String request = service.signedByRobot("once");
        Reply first = service.overTls(request);
        assertThat(first.status()).as(first.toString()).isEqualTo(200);
        assertThat(service.call("/orders/1", access(first.json())).status()).isEqualTo(200);
        service.assertRefused(service.overTls(request), 401, "invalid_client", "client_assertion_replayed");
        service.restart();
        service.assertRefused(service.overTls(request), 401, "invalid_client", "client_assertion_replayed");
    }

    @Test
    void certificateProvesTheClientAndBindsItsTokens() throws CertificateEncodingException, ParseException {
        TestPki.Leaf leaf = service.fixture().pki().client("CN=anything", "mesh.example.com");
        String request = post("/oauth2/token", form("grant_type", "client_credentials", "client_id", "mesh"));
        String token;
        try (RawClient client = service.fixture().tls(leaf)) {
            token = access(client.exchange(request).json());
            assertThat(client.exchange(get("/bound/a", "Authorization: Bearer " + token)).status()).isEqualTo(200);
        }
        assertThat(SignedJWT.parse(token).getJWTClaimsSet().getJSONObjectClaim("cnf"))
                .containsEntry("x5t#S256", DpopProofs.sha256(leaf.certificate().getEncoded()));
        assertThat(service.call("/bound/a", token).status()).isEqualTo(401);
        assertThat(service.call("/orders/1", token).status()).isEqualTo(401);
        service.assertRefused(service.overTls(request), 401, "invalid_client", "certificate_missing");
        try (RawClient client = service.fixture().tls(service.fixture().pki().client("CN=anything", "other.example.com"))) {
            service.assertRefused(client.exchange(request), 401, "invalid_client", "certificate_not_allowed");
        }
    }

    @Test
    void proofOfAKeyBindsTheTokenToIt() {
        ECKey holder = Tokens.ec("h1", Curve.P_256);
        String proof = DpopProofs.sign(holder, DpopProofs.claims("POST", ISSUER + "/oauth2/token", "").build());
        String request = post("/oauth2/token", form("grant_type", "client_credentials"), basic("app", APP_SECRET), "DPoP: " + proof);
        JsonNode issued = service.overTls(request).json();
        assertThat(issued.path("token_type").asText()).isEqualTo("DPoP");
        String token = access(issued);
        String use = DpopProofs.sign(holder, DpopProofs.claims("GET", ISSUER + "/bound/b", token).build());
        assertThat(service.overTls(get("/bound/b", "Authorization: DPoP " + token, "DPoP: " + use)).status()).isEqualTo(200);
        assertThat(service.call("/bound/b", token).status()).isEqualTo(401);
        service.assertRefused(service.overTls(request), 400, "invalid_dpop_proof", "dpop_proof_replayed");
        String elsewhere = DpopProofs.sign(holder, DpopProofs.claims("POST", ISSUER + "/oauth2/revoke", "").build());
        Reply refused = service.overTls(post("/oauth2/token", form("grant_type", "client_credentials"), basic("app", APP_SECRET), "DPoP: " + elsewhere));
        service.assertRefused(refused, 400, "invalid_dpop_proof", "dpop_proof_invalid");
    }

    @Test
    void clientThatDoesNotProveItselfGetsNothing() {
        String grant = form("grant_type", "client_credentials");
        service.assertRefused(service.overTls(post("/oauth2/token", grant, basic("app", APP_SECRET + "x"))), 401, "invalid_client", "client_proof_invalid");
        service.assertRefused(service.overTls(post("/oauth2/token", grant, basic("nobody", APP_SECRET))), 401, "invalid_client", "client_unknown");
        service.assertRefused(service.overTls(post("/oauth2/token", grant, basic("robot", APP_SECRET))), 401, "invalid_client", "client_proof_invalid");
        service.assertRefused(service.overTls(post("/oauth2/token", grant)), 401, "invalid_client", "credentials_missing");
        service.assertRefused(service.overTls(post("/oauth2/token", grant, "Authorization: Bearer " + APP_SECRET)), 401, "invalid_client", "client_proof_invalid");
        for (String path : List.of("/oauth2/revoke", "/oauth2/introspect")) {
            service.assertRefused(service.overTls(post(path, form("token", "x"))), 401, "invalid_client", "credentials_missing");
        }
        Reply twice = service.overTls(post("/oauth2/token", grant + "&client_id=app&client_secret=" + APP_SECRET, basic("app", APP_SECRET)));
        service.assertRefused(twice, 400, "invalid_request", "credentials_ambiguous");
        service.assertRefused(service.overTls(post("/oauth2/token", grant + "&" + grant, basic("app", APP_SECRET))), 400, "invalid_request", "oauth_request_malformed");
    }

    @Test
    void secretsAreNeverTakenOverPlainHttpNorLedToHttps() {
        String request = post("/oauth2/token", form("grant_type", "client_credentials", "client_id", "app", "client_secret", APP_SECRET));
        for (String listener : List.of("network", "redirecting")) {
            try (RawClient client = RawClient.plain(service.fixture().gateway().port(listener))) {
                Reply reply = client.exchange(request);
                assertThat(reply.status()).as(listener).isEqualTo(403);
                assertThat(service.reasonOf(reply)).isEqualTo("https_required");
            }
        }
        assertThat(service.fixture().exchange(request).status()).isEqualTo(200);
        Reply inUrl = service.overTls(post("/oauth2/token?client_secret=" + APP_SECRET, form("grant_type", "client_credentials", "client_id", "app")));
        assertThat(service.reasonOf(inUrl)).isEqualTo("credentials_in_url");
    }

    @Test
    void guessingIsSlowedDown() {
        String guess = post("/oauth2/token", form("grant_type", "client_credentials"), basic("app", "guess"));
        try (RawClient client = RawClient.plain(service.fixture().gateway().port("throttled"))) {
            assertThat(client.exchange(guess).status()).isEqualTo(401);
            assertThat(client.exchange(guess).status()).isEqualTo(401);
            Reply third = client.exchange(post("/oauth2/token", form("grant_type", "client_credentials"), basic("app", APP_SECRET)));
            assertThat(third.status()).isEqualTo(429);
            assertThat(third.field("Retry-After")).isPresent();
        }
    }

    @Test
    void revokedClientGetsNothingMoreFromTheNextRequestOn() {
        String[] made = new String[1];
        service.fixture().change(() -> made[0] = service.create("--id", "leaving", "--audience", ORDERS, "--refresh-tokens"), "applied");
        String secret = made[0];
        String grant = post("/oauth2/token", form("grant_type", "client_credentials"), basic("leaving", secret));
        String token = refreshToken(service.overTls(grant).json());
        service.fixture().change(() -> CommandLine.sallyport(service.fixture().folder(), "clients", "revoke", "--store", "clients.yaml", "leaving"), "applied");
        service.assertRefused(service.overTls(grant), 401, "invalid_client", "client_unknown");
        String again = post("/oauth2/token", form("grant_type", "refresh_token", "refresh_token", token), basic("leaving", secret));
        service.assertRefused(service.overTls(again), 401, "invalid_client", "client_unknown");
        assertThat(CommandLine.sallyport(service.fixture().folder(), "clients", "list", "--store", "clients.yaml").out())
                .containsPattern("leaving +secret +" + ORDERS + " +- +- +yes +revoked").doesNotContain(secret, "sha256");
    }

    @Test
    void commandRefusesWhatTheGatewayWouldNotRead() {
        for (String[] words : List.of(
                new String[] {"--id", "app", "--audience", ORDERS}, new String[] {"--id", "a b"}, new String[] {"--id", "x", "--scope", "a b"},
                new String[] {"--id", "x", "--public-keys", "nowhere.pem"}, new String[] {"--id", "x", "--public-keys", "clients.yaml"},
                new String[] {"--id", "x", "--public-keys", "robot.json", "--certificate-dns", "a.example"}, new String[] {})) {
            List<String> all = new ArrayList<>(List.of("clients", "create", "--store", "clients.yaml"));
            all.addAll(List.of(words));
            CommandLine.Outcome outcome = CommandLine.sallyport(service.fixture().folder(), all.toArray(String[]::new));
            assertThat(outcome.status()).as(String.join(" ", words)).isNotZero();
            assertThat(outcome.out()).isEmpty();
        }
        assertThat(CommandLine.sallyport(service.fixture().folder(), "clients", "revoke", "--store", "clients.yaml", "nobody").status()).isEqualTo(1);
        assertThat(CommandLine.sallyport(service.fixture().folder(), "clients", "list", "--store", "nowhere.yaml").status()).isEqualTo(2);
    }
}
