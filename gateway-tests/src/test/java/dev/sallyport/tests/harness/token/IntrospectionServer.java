package dev.sallyport.tests.harness.token;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A provider's introspection endpoint (RFC 7662): knows tokens, and may stall, lie, refuse its clients, die and come back. */
public final class IntrospectionServer implements AutoCloseable {

    /** One call as it came. */
    public record Asked(Optional<String> authorization, Map<String, String> form) {}

    /** How one call is answered. */
    @FunctionalInterface
    public interface Behaviour {
        void answer(HttpExchange exchange, Asked asked) throws IOException;
    }

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Behaviour usual = (exchange, call) ->
            JwksServer.send(exchange, 200, answers.getOrDefault(call.form().getOrDefault("token", ""), "{\"active\":false}"));
    private volatile Behaviour behaviour = usual;
    private volatile CountDownLatch held = new CountDownLatch(0);
    private HttpServer server = listen(0);

    private HttpServer listen(int port) {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            started.setExecutor(threads);
            started.createContext("/introspect", this::answer);
            started.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Asked call = new Asked(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")), form(body));
            asked.add(call);
            behaviour.answer(exchange, call);
        }
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            form.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
        return form;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://localhost:" + port() + "/introspect";
    }

    /** What is said of this token from now on. */
    public void know(String token, String answer) {
        answers.put(token, answer);
    }

    public void forget(String token) {
        answers.remove(token);
    }

    /** Calls about this token. */
    public List<Asked> asked(String token) {
        return asked.stream().filter(call -> token.equals(call.form().get("token"))).toList();
    }

    public void behave(Behaviour other) {
        behaviour = other;
    }

    public void behaveAsUsual() {
        behaviour = usual;
    }

    /** Takes calls and answers none of them until {@link #resume}. */
    public void stall() {
        CountDownLatch latch = new CountDownLatch(1);
        held = latch;
        behaviour = (exchange, call) -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            usual.answer(exchange, call);
        };
    }

    public void resume() {
        behaviour = usual;
        held.countDown();
    }

    private int diedOn;

    /** Closes the port; {@link #comeBack} opens the same again. */
    public void die() {
        diedOn = port();
        server.stop(0);
    }

    public void comeBack() {
        server = listen(diedOn);
    }

    @Override
    public void close() {
        resume();
        server.stop(0);
        threads.shutdownNow();
    }
}
