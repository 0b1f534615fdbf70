package dev.sallyport.tests.tokenservice;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.token.Forms.basic;
import static dev.sallyport.tests.harness.token.Forms.post;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.APP_SECRET;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.CONFIG;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.ISSUER;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.access;
import static dev.sallyport.tests.tokenservice.TokenServiceGateway.refreshToken;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Reply;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the token service publishes, and what it keeps on disk. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenMetadataSuite {
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
    void metadataLeadsToEveryEndpoint() {
        JsonNode metadata = service.overTls(get("/.well-known/oauth-authorization-server")).json();
        assertThat(metadata.path("issuer").asText()).isEqualTo(ISSUER);
        assertThat(metadata.path("grant_types_supported")).extracting(JsonNode::asText).containsExactly("client_credentials", "refresh_token");
        for (String endpoint : List.of("token_endpoint", "revocation_endpoint", "introspection_endpoint")) {
            String path = metadata.path(endpoint).asText().substring(ISSUER.length());
            assertThat(service.overTls(post(path, "token=x&grant_type=client_credentials", basic("app", APP_SECRET))).status()).as(path).isEqualTo(200);
            Reply wrongMethod = service.overTls(get(path));
            // A route for `/**` does not take it: the path is the gateway's own.
            assertThat(wrongMethod.status()).isEqualTo(405);
            assertThat(wrongMethod.field("Allow")).contains("POST");
        }
        assertThat(service.overTls(get(metadata.path("jwks_uri").asText().substring(ISSUER.length()))).status()).isEqualTo(200);
    }

    @Test
    void keysOutliveAKillSoThatTokensDo() {
        String token = access(service.issued());
        service.restart();
        assertThat(service.call("/orders/1", token).status()).isEqualTo(200);
    }

    @Test
    void anotherStateIsRefusedAndTheServiceGoesOn() {
        String token = refreshToken(service.issued());
        service.fixture().change(() -> service.fixture().write("gateway.yaml", CONFIG.replace("refresh.journal", "another.journal")), "refused");
        String next = refreshToken(service.refresh(token).json());
        service.fixture().change(() -> service.fixture().write("gateway.yaml", CONFIG), "unchanged");
        assertThat(service.refresh(next).status()).isEqualTo(200);
        assertThat(service.fixture().folder().resolve("another.journal")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sallyport journal 1\n00000000 {}\n", "tokens: []\n"})
    void unreadableStateRefusesToStart(String content) {
        service.fixture().write("damaged.journal", content);
        String file = service.fixture().write("other.yaml", CONFIG.replace("refresh.journal", "damaged.journal")).toString();
        CommandLine.Outcome started = CommandLine.sallyport(service.fixture().folder(), "run", file);
        assertThat(started.status()).isEqualTo(2);
        assertThat(started.err()).contains("`state`: cannot use").contains("damaged.journal");
    }
}
