package dev.sallyport.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.http.Peer;
import dev.sallyport.server.tls.TestAuthority;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.port.GatewayEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

    /** Each name with its labels, as the documentation's table has them, and no other. */
    @Test
    void everyMetricHasARowInTheDocumentationAndEveryRowItsMetric() throws IOException {
        metrics.exchanges().ended(decided());
        metrics.credentialCache("users", GatewayEvents.CacheResult.HIT);
        metrics.jwksRefreshed("users", GatewayEvents.RefreshOutcome.SUCCEEDED, "");
        metrics.keyProviders(Set.of("users"));
        metrics.handshakeEnded("https", WireEvents.HandshakeOutcome.FAILED);
        metrics.proxyHeaderEnded("https", WireEvents.ProxyHeaderOutcome.TAKEN);
        metrics.presents(List.of(new PresentedCertificate(new PresentedCertificate.To.Clients("https"), new TestAuthority().certificate())));
        metrics.connectionOpened("https");
        metrics.upstreamConnections("orders", WireEvents.UpstreamConnectionState.IDLE, 1);
        metrics.limitReached("maxConnections");
        metrics.lineDropped("file");
        assertThat(scraped(metrics.scrape())).isEqualTo(documented());
    }

    private static Timeline decided() {
        Timeline forwarded = exchange("orders");
        Trail.Step step = new Trail.Step(
                "users", Optional.of(AuthMethod.JWT), Trail.Outcome.ALLOWED, Optional.empty(), Optional.empty(), Optional.empty(), "");
        return new Timeline(
                "id", forwarded.peer(), forwarded.client(), Optional.empty(), new Trail("orders", List.of(step)), 200, Optional.empty(),
                Instant.EPOCH, 1, forwarded.upstream(), 0, 0);
    }

    private static Map<String, Set<String>> documented() throws IOException {
        Map<String, Set<String>> rows = new TreeMap<>();
        Pattern row = Pattern.compile("\\| `((?:sallyport|http)_\\w+)`(?: \\(histogram\\))? \\| (.*) \\|");
        for (String line : Files.readAllLines(Path.of("..", "docs", "observability.md"))) {
            Matcher matcher = row.matcher(line);
            if (matcher.matches()) {
                String labels = matcher.group(2).replaceAll("\\([^)]*\\)", "");
                rows.put(matcher.group(1), Pattern.compile("`(\\w+)`").matcher(labels).results().map(label -> label.group(1)).collect(Collectors.toSet()));
            }
        }
        return rows;
    }

    private static Map<String, Set<String>> scraped(String text) {
        Map<String, Set<String>> samples = new TreeMap<>();
        Pattern sample = Pattern.compile("((?:sallyport|http)_\\w+?)(?:_bucket|_count|_sum|_max)?\\{(.*)} .*");
        for (String line : text.split("\n", -1)) {
            Matcher matcher = sample.matcher(line);
            if (matcher.matches() && !line.contains("_max{")) {
                Set<String> labels = Pattern.compile("(\\w+)=\"").matcher(matcher.group(2)).results()
                        .map(label -> label.group(1)).filter(label -> !label.equals("le")).collect(Collectors.toSet());
                samples.put(matcher.group(1), labels);
            }
        }
        return samples;
    }

    private static Timeline exchange(String route) {
        InetAddress local = InetAddress.getLoopbackAddress();
        return new Timeline(
                "id", new Peer(local, 1, "https", new Peer.Transport.Plain(Peer.Exposure.LOOPBACK)), local, Optional.empty(),
                new Trail(route, List.of()), 200, Optional.empty(), Instant.EPOCH, 1,
                Optional.of(new Timeline.UpstreamLeg("of-" + route, "127.0.0.1:1", 1)), 0, 0);
    }
}
