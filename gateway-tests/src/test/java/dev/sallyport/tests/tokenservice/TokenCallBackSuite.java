package dev.sallyport.tests.tokenservice;

import static dev.sallyport.tests.harness.token.Forms.basic;
import static dev.sallyport.tests.harness.token.Forms.form;
import static dev.sallyport.tests.harness.token.Forms.post;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.ADMIN;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.ORDERS;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.WATCHER_SECRET;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.access;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.refreshToken;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tokens of the token service that are called back, and who is told about them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenCallBackSuite {
    /** Of one client. */
    private static final int CLIENTS_ROOM = 2_000;

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
    void accessTokenThatWasCalledBackIsRefusedAtTheNextRequestAndAfterAKill() {
        JsonNode issued = service.issued();
        assertThat(service.call("/orders/1", access(issued)).status()).isEqualTo(200);
        assertThat(service.call("/orders/1", access(issued)).status()).isEqualTo(200);
        assertThat(service.ask("/oauth2/revoke", "token", access(issued), "token_type_hint", "access_token").status()).isEqualTo(200);
        Reply refused = service.call("/orders/1", access(issued));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(service.reasonOf(refused)).isEqualTo("token_revoked");
        assertThat(service.ask("/oauth2/introspect", "token", access(issued)).text()).isEqualTo("{\"active\":false}");
        service.restart();
        assertThat(service.reasonOf(service.call("/orders/1", access(issued)))).isEqualTo("token_revoked");
        Reply others = service.overTls(post("/oauth2/revoke", form("token", access(service.issued())), basic("watcher", WATCHER_SECRET)));
        service.assertRefused(others, 400, "invalid_grant", "token_not_revocable");
    }

    @Test
    void resourceServerAloneHasNoTokensAndIsToldOfItsAudience() {
        String token = access(service.issued());
        Reply told = service.overTls(post("/oauth2/introspect", form("token", token), basic("watcher", WATCHER_SECRET)));
        assertThat(told.json().path("active").asBoolean()).isTrue();
        assertThat(told.json().path("client_id").asText()).isEqualTo("app");
        Reply refused = service.overTls(post("/oauth2/token", form("grant_type", "client_credentials"), basic("watcher", WATCHER_SECRET)));
        service.assertRefused(refused, 400, "unauthorized_client", "grant_not_allowed");
        assertThat(service.overTls(post("/oauth2/introspect", form("token", "x"), basic("watcher", WATCHER_SECRET))).text()).isEqualTo("{\"active\":false}");
    }

    /** With no more than it may do anyway: ask for tokens, and call them back. */
    @Test
    void clientThatFillsItsRoomForCallingBackHoldsUpNobodyAndNotItsOwnEnd() {
        String secret = service.create("--id", "evil", "--audience", ORDERS, "--scope", "read");
        service.fixture().change(() -> service.create("--id", "touch-3", "--audience", ORDERS), "applied");
        String ask = post("/oauth2/token", form("grant_type", "client_credentials"), basic("evil", secret));
        try (RawClient evil = service.fixture().tls()) {
            Reply last = evil.exchange(post("/oauth2/revoke", form("token", access(evil.exchange(ask).json())), basic("evil", secret)));
            for (int each = 0; each < CLIENTS_ROOM && last.status() == 200; each++) {
                last = evil.exchange(post("/oauth2/revoke", form("token", access(evil.exchange(ask).json())), basic("evil", secret)));
            }
            assertThat(last.status()).isEqualTo(503);
            assertThat(service.reasonOf(last)).isEqualTo("state_unavailable");
            String token = access(evil.exchange(ask).json());
            assertThat(service.call("/orders/1", token).status()).isEqualTo(200);
            assertThat(service.fixture().call("/revocations", "{\"client\":\"evil\"}", ADMIN).status()).isEqualTo(204);
            assertThat(service.reasonOf(service.call("/orders/1", token))).isEqualTo("token_revoked");
        }
        assertThat(service.ask("/oauth2/revoke", "token", access(service.issued())).status()).isEqualTo(200);
        service.restart();
        assertThat(service.fixture().call("/revocations", "{\"keyId\":\"after\"}", ADMIN).status()).isEqualTo(204);
    }

    @Test
    void tokensOfAClientThatTheAdminCallsBackAreRefusedRefreshTokensToo() {
        String secret = service.create("--id", "suspect", "--audience", ORDERS, "--scope", "read", "--refresh-tokens");
        service.fixture().change(() -> service.create("--id", "touch-2", "--audience", ORDERS), "applied");
        JsonNode issued = service.overTls(post("/oauth2/token", form("grant_type", "client_credentials"), basic("suspect", secret))).json();
        assertThat(service.call("/orders/1", access(issued)).status()).isEqualTo(200);
        assertThat(service.fixture().call("/revocations", "{\"client\":\"suspect\"}", ADMIN).status()).isEqualTo(204);
        assertThat(service.reasonOf(service.call("/orders/1", access(issued)))).isEqualTo("token_revoked");
        Reply refreshed = service.overTls(post("/oauth2/token", form("grant_type", "refresh_token", "refresh_token", refreshToken(issued)), basic("suspect", secret)));
        service.assertRefused(refreshed, 400, "invalid_grant", "refresh_token_unknown");
    }
}
