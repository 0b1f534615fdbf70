package dev.sallyport.tests.tokenservice;

import static dev.sallyport.tests.tokenservice.TokenServiceGateway.access;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.refreshToken;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.tests.harness.FullDisk;
import dev.sallyport.tests.harness.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Refresh tokens of the token service: good once, at one place, and after a kill as before. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RefreshTokenSuite {
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
    void refreshTokenIsReplacedByItsUseAndTheOldOneEndsTheWholeFamily() {
        JsonNode first = service.issued();
        JsonNode second = service.refresh(refreshToken(first)).json();
        assertThat(refreshToken(second)).startsWith("spr_").isNotEqualTo(refreshToken(first));
        assertThat(service.call("/orders/1", access(first)).status()).isEqualTo(200);
        assertThat(service.call("/orders/1", access(second)).status()).isEqualTo(200);
        service.assertRefused(service.refresh(refreshToken(first)), 400, "invalid_grant", "refresh_token_reused");
        service.assertRefused(service.refresh(refreshToken(second)), 400, "invalid_grant", "refresh_token_unknown");
        for (JsonNode each : List.of(first, second)) {
            assertThat(service.reasonOf(service.call("/orders/1", access(each)))).isEqualTo("token_revoked");
        }
    }

    @Test
    void killBringsNoSpentOrRevokedRefreshTokenBack() {
        String spent = refreshToken(service.issued());
        String next = refreshToken(service.refresh(spent).json());
        String revoked = refreshToken(service.issued());
        String reused = refreshToken(service.issued());
        service.refresh(reused);
        assertThat(service.ask("/oauth2/revoke", "token", revoked).status()).isEqualTo(200);
        service.assertRefused(service.refresh(reused), 400, "invalid_grant", "refresh_token_reused");
        service.restart();
        service.assertRefused(service.refresh(revoked), 400, "invalid_grant", "refresh_token_unknown");
        service.assertRefused(service.refresh(reused), 400, "invalid_grant", "refresh_token_unknown");
        String third = refreshToken(service.refresh(next).json());
        service.assertRefused(service.refresh(spent), 400, "invalid_grant", "refresh_token_reused");
        service.restart();
        service.assertRefused(service.refresh(third), 400, "invalid_grant", "refresh_token_unknown");
    }

    @Test
    void refreshThatAFullDiskRefusedMayBeTriedAgain() {
        String token = refreshToken(service.issued());
        try (FullDisk _ = FullDisk.of(service.fixture().gateway())) {
            for (int each = 0; each < 2; each++) {
                Reply refused = service.refresh(token);
                assertThat(refused.status()).isEqualTo(503);
                assertThat(service.reasonOf(refused)).isEqualTo("state_unavailable");
            }
        }
        Reply again = service.refresh(token);
        assertThat(again.status()).as(again.toString()).isEqualTo(200);
        service.restart();
        assertThat(service.refresh(refreshToken(again.json())).status()).isEqualTo(200);
    }

    @Test
    void ofManyWhoUseOneRefreshTokenAtOnceOneWinsAndTheFamilyEnds() throws Exception {
        String token = refreshToken(service.issued());
        List<Callable<Reply>> calls = new ArrayList<>();
        for (int each = 0; each < 20; each++) {
            calls.add(() -> service.refresh(token));
        }
        List<Reply> replies = new ArrayList<>();
        try (ExecutorService many = Executors.newFixedThreadPool(20)) {
            for (Future<Reply> call : many.invokeAll(calls)) {
                replies.add(call.get());
            }
        }
        List<Reply> winners = replies.stream().filter(reply -> reply.status() == 200).toList();
        assertThat(winners).hasSize(1);
        assertThat(replies).filteredOn(reply -> reply.status() != 200).allSatisfy(reply -> assertThat(reply.text()).isEqualTo("{\"error\":\"invalid_grant\"}"));
        JsonNode won = winners.getFirst().json();
        service.assertRefused(service.refresh(refreshToken(won)), 400, "invalid_grant", "refresh_token_unknown");
        assertThat(service.reasonOf(service.call("/orders/1", access(won)))).isEqualTo("token_revoked");
    }
}
