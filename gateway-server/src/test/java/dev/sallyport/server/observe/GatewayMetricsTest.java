package dev.sallyport.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.http.Peer;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GatewayMetricsTest {
    private final GatewayMetrics metrics = new GatewayMetrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void theAgeOfKeysIsToldBeforeTheFirstOnesCameAndNoLongerThanTheyAreWanted() {
        metrics.keyProviders(Set.of("users"));
        assertThat(metrics.scrape()).contains("sallyport_jwks_age_seconds{authenticator=\"users\"}");
        metrics.keyProviders(Set.of("staff"));
        assertThat(metrics.scrape())
                .contains("sallyport_jwks_age_seconds{authenticator=\"staff\"}")
                .doesNotContain("authenticator=\"users\"");
    }

    @Test
    void metersOfRoutesAndUpstreamsThatAreGoneAreForgotten() {
        for (String route : List.of("orders", "invoices", Trail.NO_ROUTE)) {
            metrics.exchanges().ended(exchange(route));
        }
        metrics.keep(Set.of("orders"), Set.of("of-orders"));
        assertThat(metrics.scrape())
                .contains("http_route=\"orders\"", "http_route=\"_none\"", "upstream=\"of-orders\"")
                .doesNotContain("invoices");
        metrics.exchanges().ended(exchange("invoices"));
        assertThat(metrics.scrape()).contains("http_server_request_duration_seconds_count{http_request_method=\"_OTHER\",http_response_status_code=\"200\",http_route=\"invoices\"} 1");
    }

    private static Timeline exchange(String route) {
        InetAddress local = InetAddress.getLoopbackAddress();
        return new Timeline(
                "id", new Peer(local, 1, "https", new Peer.Transport.Plain(Peer.Exposure.LOOPBACK)), local, Optional.empty(),
                new Trail(route, List.of()), 200, Optional.empty(), Instant.EPOCH, 1,
                Optional.of(new Timeline.UpstreamLeg("of-" + route, "127.0.0.1:1", 1)), 0, 0);
    }
}
