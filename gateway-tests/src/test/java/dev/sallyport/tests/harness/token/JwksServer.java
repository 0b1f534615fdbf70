package dev.sallyport.tests.harness.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** A provider's JWK Set endpoint and discovery document, which may rotate, stall, lie, die and come back on the same port. */
public final class JwksServer implements AutoCloseable {

    /** How one fetch is answered. */
    @FunctionalInterface
    public interface Behaviour {
        void answer(HttpExchange exchange) throws IOException;
    }

    private final Optional<SSLContext> tls;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile Behaviour behaviour = exchange -> send(exchange, 200, "{\"keys\":[]}");
    private volatile CountDownLatch stalled = new CountDownLatch(0);
    private HttpServer server;
    private ExecutorService threads;

    private JwksServer(Optional<SSLContext> tls) {
        this.tls = tls;
        this.threads = Executors.newVirtualThreadPerTaskExecutor();
        this.server = listen(0);
    }

    public static JwksServer plain() {
        return new JwksServer(Optional.empty());
    }

    public static JwksServer tls(SSLContext context) {
        return new JwksServer(Optional.of(context));
    }

    private HttpServer listen(int port) {
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            HttpServer started = tls.isPresent() ? HttpsServer.create(address, 0) : HttpServer.create(address, 0);
            if (started instanceof HttpsServer https) {
                https.setHttpsConfigurator(new HttpsConfigurator(tls.orElseThrow()));
            }
            started.setExecutor(threads);
            started.createContext("/", this::answer);
            started.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestURI().getPath().equals("/.well-known/openid-configuration")) {
                send(exchange, 200, "{\"issuer\":\"" + origin() + "\",\"jwks_uri\":\"" + url() + "\"}");
                return;
            }
            fetches.incrementAndGet();
            behaviour.answer(exchange);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String origin() {
        return (tls.isPresent() ? "https" : "http") + "://localhost:" + port();
    }

    public String url() {
        return origin() + "/jwks.json";
    }

    /** Fetches of the key set that arrived. */
    public int fetches() {
        return fetches.get();
    }

    public void serve(JWK... keys) {
        serve(new JWKSet(Arrays.asList(keys)).toString(true));
    }

    public void serve(String document) {
        behaviour = exchange -> send(exchange, 200, document);
    }

    public void fail(int status) {
        behaviour = exchange -> send(exchange, status, "no");
    }

    public void redirect(String target) {
        behaviour = exchange -> {
            exchange.getResponseHeaders().add("Location", target);
            send(exchange, 302, "");
        };
    }

    public void behave(Behaviour other) {
        behaviour = other;
    }

    /** Takes requests and answers none of them until {@link #resume}. */
    public void stall() {
        CountDownLatch latch = new CountDownLatch(1);
        stalled = latch;
        Behaviour usual = behaviour;
        behaviour = exchange -> {
            awaitQuietly(latch);
            usual.answer(exchange);
        };
    }

    public void resume() {
        stalled.countDown();
    }

    /** Closes the port; {@link #comeBack} opens the same again. */
    public void die() {
        diedOn = port();
        server.stop(0);
    }

    private int diedOn;

    public void comeBack() {
        server = listen(diedOn);
    }

    public static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        resume();
        server.stop(0);
        threads.shutdownNow();
    }
}
