package dev.sallyport.tests.tokenservice;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.token.Forms.basic;
import static dev.sallyport.tests.harness.token.Forms.form;
import static dev.sallyport.tests.harness.token.Forms.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.Tokens;
import java.util.ArrayList;
import java.util.List;

/** A gateway with a token service, a client of each kind, and routes that take its tokens. */
final class TokenServiceGateway implements AutoCloseable {
    static final String ISSUER = "https://api.example.com";
    static final String ORDERS = ISSUER + "/orders";
    static final String ADMIN = "Authorization: Bearer the-admin-token-of-the-tests";

    static final String APP_SECRET = "secret-of-app-0123456789";
    static final String WATCHER_SECRET = "secret-of-watcher-0123456789";

    static final String CONFIG = """
            listeners:
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
                  clientCertificate: { mode: optional, ca: tls/clients-ca.pem }
              http:
                bind: 127.0.0.1:0
              network:
                bind: 0.0.0.0:0
              redirecting:
                bind: 0.0.0.0:0
                redirectToHttps: true
              throttled:
                bind: 127.0.0.1:0
                failedAttempts: { max: 2, per: 1h }
            admin: { bind: "127.0.0.1:0", token: the-admin-token-of-the-tests }
            tokenService:
              issuer: https://api.example.com
              clients: clients.yaml
              state: refresh.journal
              signing: { keys: token-keys.journal }
            revocation: { journal: revocations.journal }
            authenticators:
              clients:
                jwt: { issuer: "https://api.example.com", audiences: [ "https://api.example.com/orders" ], algorithms: [ES256], type: at+jwt, keys: { tokenService: true } }
              bound:
                jwt: { issuer: "https://api.example.com", audiences: [ "https://api.example.com/orders" ], algorithms: [ES256], type: at+jwt, keys: { tokenService: true }, senderConstraint: any }
              users:
                jwt: { issuer: "https://users.example.com", audiences: [ "https://api.example.com/orders" ], algorithms: [ES256], keys: { file: robot.json } }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            routes:
              shared: { match: { host: api.example.com, path: /shared/** }, auth: [clients, users], upstream: main }
              orders: { match: { path: /orders/** }, auth: { any: [clients], scopes: [read] }, upstream: main }
              bound: { match: { host: api.example.com, path: /bound/** }, auth: bound, upstream: main }
              all: { match: { host: api.example.com, path: /** }, auth: clients, upstream: main }
            """;

    private final Fixture fixture = new Fixture();
    private final ECKey robot = Tokens.ec("r1", Curve.P_256);

    TokenServiceGateway() {
        String keys = "{\"keys\":[" + robot.toPublicJWK() + "]}";
        fixture.write("robot.json", keys);
        fixture.write("clients.yaml", """
                clients:
                  - { id: app, secrets: [ "sha256:%s" ], audiences: [ "%s" ], scopes: [ read, write ], refreshTokens: true }
                  - { id: watcher, secrets: [ "sha256:%s" ], introspects: [ "%s" ] }
                  - { id: robot, publicKeys: '%s', audiences: [ "%s" ], scopes: [ read ] }
                  - { id: mesh, certificates: [ { dns: mesh.example.com } ], audiences: [ "%s" ], scopes: [ read ] }
                """.formatted(ApiKeys.sha256(APP_SECRET), ORDERS, ApiKeys.sha256(WATCHER_SECRET), ORDERS, keys, ORDERS, ORDERS));
        fixture.start(CONFIG);
    }

    @Override
    public void close() {
        fixture.close();
    }

    Fixture fixture() {
        return fixture;
    }

    /** With which the client of that name signs, and users of another issuer are signed. */
    ECKey robot() {
        return robot;
    }

    /** A client by the command. What it printed: the secret, if there is one. */
    String create(String... words) {
        List<String> all = new ArrayList<>(List.of("clients", "create", "--store", "clients.yaml"));
        all.addAll(List.of(words));
        CommandLine.Outcome outcome = CommandLine.sallyport(fixture.folder(), all.toArray(String[]::new));
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        return outcome.out().strip();
    }

    void restart() {
        fixture.gateway().kill();
        fixture.start(CONFIG);
    }

    Reply overTls(String request) {
        try (RawClient client = fixture.tls()) {
            return client.exchange(request);
        }
    }

    /** As the client {@code app}. */
    Reply ask(String path, String... parameters) {
        return overTls(post(path, form(parameters), basic("app", APP_SECRET)));
    }

    /** A request for a token of the client {@code robot}, which it signed. */
    String signedByRobot(String tokenId) {
        String assertion = Tokens.sign(robot, "ES256", Tokens.claims("robot", ISSUER + "/oauth2/token", "robot").jwtID(tokenId).build());
        return post("/oauth2/token", form("grant_type", "client_credentials",
                "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion", assertion));
    }

    /** Tokens for the client {@code app}. */
    JsonNode issued() {
        Reply reply = ask("/oauth2/token", "grant_type", "client_credentials");
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply.json();
    }

    Reply refresh(String token) {
        return ask("/oauth2/token", "grant_type", "refresh_token", "refresh_token", token);
    }

    static String access(JsonNode issued) {
        return issued.path("access_token").asText();
    }

    static String refreshToken(JsonNode issued) {
        return issued.path("refresh_token").asText();
    }

    Reply call(String path, String token) {
        return overTls(get(path, "Authorization: Bearer " + token));
    }

    String reasonOf(Reply reply) {
        return fixture.gateway().reasonOf(reply);
    }

    void assertRefused(Reply reply, int status, String error, String reason) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.text()).isEqualTo("{\"error\":\"" + error + "\"}");
        assertThat(reply.field("Content-Type")).contains("application/json");
        assertThat(reply.field("Cache-Control")).contains("no-store");
        assertThat(reply.challenges()).isEqualTo(status == 401 ? List.of("Basic realm=\"" + ISSUER + "\"") : List.of());
        assertThat(reasonOf(reply)).isEqualTo(reason);
    }
}
