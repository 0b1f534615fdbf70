package dev.sallyport.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.gateway.compile.Compilation;
import dev.sallyport.core.gateway.compile.MadeFiles;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.policy.AttemptCounters;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.state.InMemoryReplayStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpsRedirectTest {
    private static final Path CONFIG = Path.of("/c.yaml");
    private static final Peer PEER = new Peer(Requests.STRANGER, 1, "moved", new Peer.Transport.Plain(Peer.Exposure.NETWORK));
    private static final MadeFiles FILES = new MadeFiles().with("/c.yaml", """
            listeners:
              https: { bind: "127.0.0.1:8443", tls: { certificates: [{ certificate: api.pem, key: api.key }] } }
              moved: { bind: "0.0.0.0:8081", redirectToHttps: true }
            upstreams: { orders: { targets: ["http://127.0.0.1:9000"] } }
            routes:
              open: { match: { host: api.example, path: /open/** }, auth: none, upstream: orders }
            """);

    private final GatewaySnapshot snapshot = Compilation.snapshot(CONFIG, FILES);
    private final Gatekeeper gatekeeper = new Gatekeeper(new InMemoryReplayStore(1, GatewayEvents.IGNORED), new AttemptCounters(GatewayEvents.IGNORED));

    @ParameterizedTest
    @CsvSource({"/open/x,/open/x", "/open//x?a=%2F&b,/open//x?a=%2F&b", "/nowhere,/nowhere"})
    void redirectListenerSendsKnownHostsToTheSameTarget(String target, String expected) {
        Decision.Respond respond = (Decision.Respond) gatekeeper.decide(snapshot, moved("api.example", target));
        assertThat(respond.response().status()).isEqualTo(308);
        assertThat(respond.response().fields()).containsExactly(new ResponseField("Location", "https://api.example:8443" + expected));
    }

    @Test
    void redirectListenerSendsNobodyToAHostThatNoRouteNames() {
        rejected(moved("evil.example", "/open/x"), RejectReason.ROUTE_NOT_FOUND);
        rejected(new RequestView(Requests.head("OPTIONS", "api.example", "*"), PEER, Requests.NOW), RejectReason.ROUTE_NOT_FOUND);
    }

    @Test
    void credentialThatCameInTheOpenIsNotRedirected() {
        rejected(moved("api.example", "/open/x", "Authorization", "Bearer t"), RejectReason.HTTPS_REQUIRED);
    }

    private void rejected(RequestView request, RejectReason reason) {
        assertThat(gatekeeper.decide(snapshot, request))
                .isInstanceOfSatisfying(Decision.Reject.class, reject -> assertThat(reject.rejection().reason()).isEqualTo(reason));
    }

    private static RequestView moved(String host, String target, String... fields) {
        return new RequestView(Requests.head("GET", host, target, fields), PEER, Requests.NOW);
    }
}
