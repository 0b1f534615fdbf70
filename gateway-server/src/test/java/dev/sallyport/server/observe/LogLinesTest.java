package dev.sallyport.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.gateway.LogPlan.Query;
import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.uri.RequestTarget;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.server.Json;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What stands in the access log and in the audit log, letter by letter. */
class LogLinesTest {
    private static final Instant AT = Instant.parse("2026-11-24T04:00:00.123456Z");
    private static final Trail.Step ALLOWED = new Trail.Step(
            "users", Optional.of(AuthMethod.JWT), Trail.Outcome.ALLOWED, Optional.empty(), Optional.of("anna"), Optional.of("t-1"), "");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final AtomicInteger dropped = new AtomicInteger();

    @Test
    void accessLineOfAForwardedRequest() {
        Timeline timeline = timeline(Optional.of(head("/v1/orders?a=1&api_key=secret")), List.of(ALLOWED), Optional.empty(),
                Optional.of(new Timeline.UpstreamLeg("orders", "127.0.0.1:9000", 5)));
        assertThat(access(timeline, Query.OMITTED)).containsExactly("""
                {"time":"2026-11-24T04:00:00.123456Z","requestId":"r-1","listener":"https","client":"192.0.2.7","method":"GET",\
                "host":"api.example","path":"/v1/orders","route":"orders","status":200,"reason":null,"durationMs":1.235,\
                "upstream":"orders","target":"127.0.0.1:9000","bytesIn":3,"bytesOut":4,"tlsVersion":"TLSv1.3"}""");
    }

    @Test
    void accessLineOfBytesThatWereNoRequestHasAllFieldsToo() {
        Timeline timeline = timeline(Optional.empty(), List.of(), Optional.of(RejectReason.FRAMING_AMBIGUOUS), Optional.empty());
        Json line = Json.read(access(timeline, Query.MASKED).getFirst());
        assertThat(line.members().keySet()).containsExactly(
                "time", "requestId", "listener", "client", "method", "host", "path", "query", "route", "status", "reason",
                "durationMs", "upstream", "target", "bytesIn", "bytesOut", "tlsVersion");
        assertThat(line.at("reason")).isEqualTo("framing_ambiguous");
        assertThat(List.of(line.at("method"), line.at("host"), line.at("path"), line.at("query"), line.at("upstream"), line.at("target")))
                .containsOnly("NULL");
    }

    @Test
    void queryIsShownOnlyWhereAskedForAndThenMasked() {
        Timeline timeline = timeline(Optional.of(head("/v1?a=1&api_key=secret")), List.of(), Optional.empty(), Optional.empty());
        assertThat(access(timeline, Query.OMITTED).getFirst()).doesNotContain("query", "secret");
        assertThat(Json.read(access(timeline, Query.MASKED).getFirst()).at("query")).isEqualTo("a=1&api_key=***");
    }

    @Test
    void auditHasALineForEachStep() {
        Trail.Step refused = new Trail.Step(
                "partners", Optional.of(AuthMethod.API_KEY), Trail.Outcome.REJECTED, Optional.of(RejectReason.API_KEY_EXPIRED),
                Optional.empty(), Optional.of("k-1"), "key `k-1` ended");
        assertThat(audit(ALLOWED, refused)).containsExactly("""
                {"time":"2026-11-24T04:00:00.123456Z","requestId":"r-1","client":"192.0.2.7","route":"orders","authenticator":"users",\
                "method":"jwt","subject":"anna","credentialId":"t-1","outcome":"allowed","reason":null,"detail":""}""", """
                {"time":"2026-11-24T04:00:00.123456Z","requestId":"r-1","client":"192.0.2.7","route":"orders","authenticator":"partners",\
                "method":"api_key","subject":null,"credentialId":"k-1","outcome":"rejected","reason":"api_key_expired","detail":"key `k-1` ended"}""");
    }

    @Test
    void textOfASenderNeitherEndsALineNorLosesIt() {
        for (String text : List.of(
                "a\nb", "a\r\n{\"outcome\":\"allowed\"}", "\"},{\"", "\\", "\u0000\u001b[31m", "\u007f", "\u2028\u2029\u202e", "Zoë", "😀")) {
            List<String> lines = audit(saying(text));
            assertThat(lines).as(text).hasSize(1);
            assertThat(lines.getFirst().chars()).allMatch(letter -> letter >= ' ' && letter <= 0x7F);
            assertThat(Json.read(lines.getFirst()).at("detail")).isEqualTo(text);
            assertThat(Json.read(lines.getFirst()).at("subject")).isEqualTo(text);
        }
        assertThat(audit(saying("x\ud800y"))).singleElement().asString().contains("\"detail\":\"x\\uD800y\"");
        assertThat(dropped).hasValue(0);
    }

    private static Trail.Step saying(String text) {
        return new Trail.Step(
                "users", Optional.empty(), Trail.Outcome.REJECTED, Optional.empty(), Optional.of(text), Optional.of(text), text);
    }

    private List<String> access(Timeline timeline, Query query) {
        bytes.reset();
        try (LineSink sink = sink()) {
            new AccessLog(sink, query).ended(timeline);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private List<String> audit(Trail.Step... steps) {
        bytes.reset();
        try (LineSink sink = sink()) {
            new AuditLog(sink).ended(timeline(Optional.empty(), List.of(steps), Optional.empty(), Optional.empty()));
        }
        return List.of(bytes.toString(StandardCharsets.UTF_8).split("\n", -1)).stream().filter(line -> !line.isEmpty()).toList();
    }

    private LineSink sink() {
        return new LineSink("captured", () -> bytes, dropped::incrementAndGet).started();
    }

    private static RequestHead head(String target) {
        if (RequestTarget.parse("GET", target) instanceof RequestTarget.Parsed.Valid(RequestTarget read, var _)) {
            return new RequestHead("GET", read, "api.example", "api.example", HeaderFields.of(), BodyLength.NONE);
        }
        throw new AssertionError("not a target: " + target);
    }

    private static Timeline timeline(
            Optional<RequestHead> head, List<Trail.Step> steps, Optional<RejectReason> reason, Optional<Timeline.UpstreamLeg> upstream) {
        InetAddress client = InetAddress.ofLiteral("192.0.2.7");
        Peer peer = new Peer(client, 4711, "https", new Peer.Transport.Tls("TLSv1.3", List.of()));
        return new Timeline("r-1", peer, client, head, new Trail("orders", steps), 200, reason, AT, 1_234_567, upstream, 3, 4);
    }
}
