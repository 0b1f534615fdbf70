package dev.sallyport.tests.harness.token;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An authorization server's token endpoint (RFC 6749 §3.2) that gives a new token with each call, or does what it is told. */
public final class TokenEndpoint implements AutoCloseable {
    /** One call as it came. */
    public record Asked(Optional<String> authorization, String form) {}

    /** How calls are answered; a token stands for {@code %s} in the body. */
    public record Answer(int status, String body, long delayMillis) {
        public static Answer lasting(long seconds) {
            return new Answer(200, "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":" + seconds + "}", 0);
        }

        /** As it is given in exchange for another (RFC 8693 §2.2.1). */
        public static Answer exchanged(long seconds) {
            return new Answer(200, lasting(seconds).body().replace("{", "{\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\","), 0);
        }

        public static Answer error(int status, String code) {
            return new Answer(status, "{\"error\":\"" + code + "\"}", 0);
        }

        public Answer after(long millis) {
            return new Answer(status, body, millis);
        }
    }

    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger given = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private volatile Answer answer = Answer.lasting(3600);

    public TokenEndpoint() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/token", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(new Asked(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")), form));
            Answer now = answer;
            pause(now.delayMillis());
            byte[] body = now.body().replace("%s", "token-" + given.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(now.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    public String url() {
        return "http://localhost:" + server.getAddress().getPort() + "/token";
    }

    public void answer(Answer other) {
        answer = other;
    }

    public List<Asked> asked() {
        return asked;
    }

    public void forget() {
        asked.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
