package dev.sallyport.tests.harness.provider;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.tests.harness.provider.Misbehaviour.Broken;
import dev.sallyport.tests.harness.provider.Misbehaviour.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An OpenID provider over HTTP that signs everybody in at once, without a form: discovery, keys, authorization, token,
 * userinfo and end-session endpoints, with PKCE, refresh tokens that rotate and sessions that end. It does at most one
 * thing wrong at a time, may stall, die and come back on its port.
 */
public final class OpenIdProvider implements AutoCloseable {
    public static final String CLIENT_ID = "gateway";

    /** A user whose ID tokens do not name the provider's session. */
    public static final String UNNAMED = "unnamed";
    /** Has characters that {@code client_secret_basic} must encode. */
    public static final String CLIENT_SECRET = "s-of:the gateway/+%41-0123456789-0123456789";
    private static final String ELSEWHERE = "/elsewhere";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<ProviderCall> calls = new CopyOnWriteArrayList<>();
    private final ProviderKeys keys = new ProviderKeys();
    private volatile Misbehaviour behaviour = Misbehaviour.NONE;
    private volatile Stall stall = new Stall("", new CountDownLatch(0));
    private HttpServer server = listen(0);
    private final int port = server.getAddress().getPort();
    private final ProviderAnswers answers = new ProviderAnswers(issuer(), keys);

    /** Calls of one path wait for the latch. */
    private record Stall(String path, CountDownLatch end) {}

    private HttpServer listen(int on) {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), on), 200);
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
            ProviderCall call = ProviderCall.of(exchange);
            calls.add(call);
            awaitEndOf(stall, call.path());
            Misbehaviour now = behaviour;
            ProviderAnswer good = answers.to(call, now);
            Optional<ProviderAnswer> given = now instanceof Broken broken && call.path().equals(broken.at().path)
                    ? good.broken(broken.how(), issuer() + ELSEWHERE) : Optional.of(good);
            if (given.isPresent()) {
                given.orElseThrow().send(exchange);
            }
        }
    }

    private static void awaitEndOf(Stall stall, String path) {
        try {
            if (stall.path().equals(path)) {
                stall.end().await(20, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public int port() {
        return port;
    }

    public String issuer() {
        return "http://localhost:" + port;
    }

    public String url(Endpoint endpoint) {
        return issuer() + endpoint.path;
    }

    public ProviderKeys keys() {
        return keys;
    }

    /** Whoever comes to be signed in from now on is this user. */
    public OpenIdProvider user(String subject) {
        answers.user(subject);
        return this;
    }

    /** Where every user belongs from now on. */
    public void tenant(String name) {
        answers.tenant(name);
    }

    /** Of the access tokens given from now on. */
    public void accessTokensLast(Duration lifetime) {
        answers.accessTokensLast(lifetime);
    }

    /** As RFC 6749 §5.1 allows it, from now on. */
    public void accessTokensNameNoEnd() {
        answers.accessTokensNameNoEnd();
    }

    /** How far the clock by which tokens are dated is ahead, from now on. */
    public void clockAhead(Duration skew) {
        answers.clockAhead(skew);
    }

    public void misbehave(Misbehaviour wrong) {
        behaviour = wrong;
    }

    public void behave() {
        behaviour = Misbehaviour.NONE;
    }

    /** Takes calls of this endpoint and answers none of them until {@link #resume}. */
    public void stall(Endpoint endpoint) {
        stall = new Stall(endpoint.path, new CountDownLatch(1));
    }

    public void resume() {
        stall.end().countDown();
        stall = new Stall("", stall.end());
    }

    /** Closes the port; {@link #comeBack} opens the same again. */
    public void die() {
        server.stop(0);
    }

    public void comeBack() {
        server = listen(port);
    }

    /** Calls of this endpoint since the last {@link #forget}. */
    public List<ProviderCall> asked(Endpoint endpoint) {
        return calls.stream().filter(call -> call.path().equals(endpoint.path)).toList();
    }

    /** Calls of the token endpoint with this grant type, likewise. */
    public List<ProviderCall> granted(String type) {
        return asked(Endpoint.TOKEN).stream().filter(call -> call.form("grant_type").equals(type)).toList();
    }

    /** Calls that followed a redirect, which no client of a token endpoint may do, likewise. */
    public List<ProviderCall> elsewhere() {
        return calls.stream().filter(call -> call.path().equals(ELSEWHERE)).toList();
    }

    public void forget() {
        calls.clear();
    }

    /** Spent refresh tokens that came a second time, ever. */
    public int refreshTokensReused() {
        return answers.refreshTokensReused();
    }

    /** The session of the sign-in that was last. */
    public String lastSid() {
        return answers.lastSid();
    }

    /** The access token that was given last. */
    public String lastAccessToken() {
        return answers.lastAccessToken();
    }

    /** The ID token of the sign-in that was last. */
    public String lastIdToken() {
        return answers.lastIdToken();
    }

    public LogoutTokens logoutTokens() {
        return new LogoutTokens(issuer(), CLIENT_ID, CLIENT_SECRET, keys);
    }

    @Override
    public void close() {
        resume();
        server.stop(0);
        threads.shutdownNow();
    }
}
