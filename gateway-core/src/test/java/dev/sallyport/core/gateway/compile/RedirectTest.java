package dev.sallyport.core.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.Gatekeeper;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.policy.AttemptCounters;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.InMemoryReplayStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RedirectTest {
    private static final Path CONFIG = Path.of("/conf/gateway.yaml");

    private final Gatekeeper gatekeeper = new Gatekeeper(new InMemoryReplayStore(1, GatewayEvents.IGNORED), new AttemptCounters(GatewayEvents.IGNORED));

    @Test
    void targetGoesOnUnderHttps() {
        assertThat(decide("/v1//orders?a=%2F")).isInstanceOfSatisfying(Decision.Respond.class, answered ->
                assertThat(answered.response().fields()).contains(new ResponseField("Location", "https://api.example:8443/v1//orders?a=%2F")));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/orders, X-API-Key", "/v1/nowhere, x-api-key", "/hooks, X-API-Key", "/v1/orders, X-Hub-Signature-256", "/v1/orders, Authorization"
    })
    void credentialThatWasDisclosedIsRefusedWhateverItsPath(String path, String header) {
        assertThat(decide(path, header, "0123456789")).isInstanceOfSatisfying(Decision.Reject.class, refused ->
                assertThat(refused.rejection()).extracting(Rejection::reason).isEqualTo(RejectReason.HTTPS_REQUIRED));
    }

    private Decision decide(String target, String... fields) {
        GatewaySnapshot snapshot = Compilation.snapshot(CONFIG, new MadeFiles().with(CONFIG.toString(), """
                listeners: { http: { bind: "0.0.0.0:8080", redirectToHttps: true, httpsPort: 8443 } }
                authenticators:
                  partners: { apiKey: { store: { file: api-keys.yaml } } }
                  github: { hmac: { scheme: github, secrets: { a: 0123456789abcdef } } }
                upstreams: { u: { targets: ["http://127.0.0.1:9000"] } }
                routes:
                  orders: { match: { host: api.example, path: /v1/orders, methods: [GET] }, auth: partners, upstream: u }
                  hooks: { match: { host: api.example, path: /hooks }, auth: github, upstream: u }
                """));
        return gatekeeper.decide(snapshot, Requests.plain(Peer.Exposure.NETWORK, target, fields));
    }
}
