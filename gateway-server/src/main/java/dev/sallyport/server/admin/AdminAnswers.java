package dev.sallyport.server.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.core.gateway.AdminPlan;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.http.Trace;
import dev.sallyport.core.http.address.AddressText;
import dev.sallyport.core.key.KeyHealth;
import dev.sallyport.core.reject.Code;
import dev.sallyport.core.reject.ProblemDocument;
import dev.sallyport.core.state.ApiKeyUsage;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.server.reload.Gateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the admin port answers. Metrics and health are open; whatever names keys or addresses needs the token. */
public final class AdminAnswers implements Function<RequestHead, AdminAnswer> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminAnswers.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final String BEARER = "Bearer ";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** Longest content of a call. */
    private static final int MAX_CONTENT = 16 * 1024;

    private final Gateway gateway;
    private final RevocationCalls revocations;
    private final Map<String, Resource> resources = Map.of(
            "/metrics", new Resource(Access.OPEN, this::metrics),
            "/healthz", new Resource(Access.OPEN, () -> json(200, json -> json.writeStringField("status", "alive"))),
            "/readyz", new Resource(Access.OPEN, this::readiness),
            "/status", new Resource(Access.TRUSTED, () -> json(200, this::status)),
            "/usage", new Resource(Access.TRUSTED, () -> json(200, this::usage)),
            "/revocations", new Resource(Access.TRUSTED, () -> json(200, this::revocations), Optional.of(this::revoke)));

    public AdminAnswers(Gateway gateway) {
        this.gateway = gateway;
        this.revocations = new RevocationCalls(gateway);
    }

    private interface Content {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private enum Access { OPEN, TRUSTED }

    /** @param call what a POST does; absent where nothing can be changed */
    private record Resource(Access access, Supplier<LocalResponse> read, Optional<Function<byte[], CompletionStage<LocalResponse>>> call) {
        Resource(Access access, Supplier<LocalResponse> read) {
            this(access, read, Optional.empty());
        }

        String allow() {
            return call.isPresent() ? "GET, HEAD, POST" : "GET, HEAD";
        }
    }

    /** Who lacks the token learns nothing but that, whatever the method and path: only what is open is told apart. */
    @Override
    public AdminAnswer apply(RequestHead head) {
        Optional<Resource> resource = Optional.ofNullable(resources.get(head.target().path()));
        boolean isRead = head.method().equals("GET") || head.method().equals("HEAD");
        boolean isOpen = isRead && resource.filter(known -> known.access == Access.OPEN).isPresent();
        if (!isOpen && !isTrusted(head.fields())) {
            return new AdminAnswer.Now(problem(401, Code.UNAUTHORIZED, new ResponseField("WWW-Authenticate", "Bearer realm=\"admin\"")));
        }
        if (resource.isEmpty()) {
            return new AdminAnswer.Now(problem(404, Code.NOT_FOUND));
        }
        if (isRead) {
            return new AdminAnswer.Now(resource.get().read.get());
        }
        return resource.get().call
                .filter(_ -> head.method().equals("POST"))
                .<AdminAnswer>map(call -> new AdminAnswer.AfterContent(MAX_CONTENT, call))
                .orElseGet(() -> new AdminAnswer.Now(problem(405, Code.METHOD_NOT_ALLOWED, new ResponseField("Allow", resource.get().allow()))));
    }

    static LocalResponse problem(int status, Code code, ResponseField... more) {
        String requestId = Trace.unread(ThreadLocalRandom.current()).requestId();
        LOG.info("Request {} of the admin port was refused: {}", requestId, code.label());
        return named(requestId, ProblemDocument.of(status, code, requestId), more);
    }

    /** For whoever showed the token. */
    static LocalResponse malformed(String why) {
        String requestId = Trace.unread(ThreadLocalRandom.current()).requestId();
        LOG.info("Request {} of the admin port was refused: {}", requestId, why);
        return named(requestId, ProblemDocument.of(400, Code.BAD_REQUEST, requestId, why));
    }

    private static LocalResponse named(String requestId, LocalResponse document, ResponseField... more) {
        List<ResponseField> fields = new ArrayList<>(List.of(more));
        fields.addAll(document.fields());
        fields.add(new ResponseField("X-Request-Id", requestId));
        return new LocalResponse(document.status(), List.copyOf(fields), document.body());
    }

    /** Without a configured token nobody is trusted. */
    private boolean isTrusted(HeaderFields fields) {
        Optional<String> presented = fields.count("authorization") == 1
                ? fields.findFirst("authorization").filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                : Optional.empty();
        Optional<AdminPlan> plan = gateway.runtime().snapshot().admin();
        return presented.isPresent()
                && plan.flatMap(AdminPlan::token)
                        .filter(token -> token.matches(presented.get().substring(BEARER.length()).getBytes(StandardCharsets.UTF_8)))
                        .isPresent();
    }

    private LocalResponse metrics() {
        return text(200, PROMETHEUS, gateway.metrics().scrape());
    }

    /** A provider that is down does not make us unready: it must not take out the routes that do without it. */
    private LocalResponse readiness() {
        Map<String, KeyHealth> down = new TreeMap<>(keyHealth());
        down.values().removeIf(health -> health.lastFailure().isEmpty() && health.state() != KeyHealth.State.UNAVAILABLE);
        boolean isServing = gateway.phase() == Gateway.Phase.SERVING;
        return json(isServing ? 200 : 503, json -> {
            json.writeStringField("status", isServing ? "ready" : "draining");
            json.writeObjectFieldStart("providersDown");
            for (Map.Entry<String, KeyHealth> each : down.entrySet()) {
                json.writeStringField(each.getKey(), each.getValue().lastFailure().orElse("no keys yet"));
            }
            json.writeEndObject();
        });
    }

    private Map<String, KeyHealth> keyHealth() {
        Map<String, KeyHealth> health = new TreeMap<>();
        Instant now = Instant.now();
        gateway.parts().authenticators().forEach((name, made) -> made.keys().ifPresent(keys -> health.put(name, keys.health(now))));
        return health;
    }

    private void status(JsonGenerator json) throws IOException {
        GatewaySnapshot snapshot = gateway.runtime().snapshot();
        json.writeNumberField("generation", snapshot.generation());
        json.writeStringField("compiledAt", snapshot.compiledAt().toString());
        json.writeObjectFieldStart("listeners");
        for (Map.Entry<String, InetSocketAddress> each : gateway.addresses().entrySet()) {
            json.writeStringField(each.getKey(), shown(each.getValue()));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("upstreams");
        for (var each : snapshot.upstreams().entrySet()) {
            json.writeArrayFieldStart(each.getKey());
            for (Target target : each.getValue().targets()) {
                json.writeString(target.label());
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeArrayFieldStart("keySets");
        for (Map.Entry<String, KeyHealth> each : keyHealth().entrySet()) {
            keySet(json, each.getKey(), each.getValue());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("notices");
        for (GatewaySnapshot.Notice notice : snapshot.notices()) {
            json.writeString(notice.key() + ": " + notice.text());
        }
        json.writeEndArray();
    }

    private static String shown(InetSocketAddress address) {
        String host = AddressText.of(address.getAddress());
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static void keySet(JsonGenerator json, String authenticator, KeyHealth health) throws IOException {
        json.writeStartObject();
        json.writeStringField("authenticator", authenticator);
        json.writeStringField("state", health.state().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("keys", health.keys());
        json.writeNumberField("leftOut", health.leftOut());
        json.writeNumberField("ageSeconds", health.age().map(Duration::toSeconds).orElse(0L));
        if (health.lastFailure().isPresent()) {
            json.writeStringField("lastFailure", health.lastFailure().get());
        }
        json.writeEndObject();
    }

    private void usage(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("keys");
        for (Map.Entry<String, ApiKeyUsage.Use> each : gateway.keyUsage().uses().entrySet()) {
            json.writeObjectFieldStart(each.getKey());
            json.writeNumberField("count", each.getValue().count());
            json.writeStringField("lastUse", each.getValue().lastUsed().toString());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void revocations(JsonGenerator json) throws IOException {
        revocations.list(json);
    }

    private CompletionStage<LocalResponse> revoke(byte[] content) {
        return revocations.revoke(content);
    }

    private static LocalResponse json(int status, Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            content.writeTo(json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text(status, "application/json", bytes.toString(StandardCharsets.UTF_8));
    }

    private static LocalResponse text(int status, String type, String body) {
        return new LocalResponse(
                status,
                List.of(new ResponseField("Content-Type", type), new ResponseField("Cache-Control", "no-store")),
                body.getBytes(StandardCharsets.UTF_8));
    }
}
