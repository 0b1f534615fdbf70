package dev.sallyport.server.fetch;

import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * {@link HttpFetcher} over the JDK's client. Server names are verified by the client itself, under a private authority
 * too. No redirect is followed: it could lead to an address that the operator never allowed.
 */
public final class JdkHttpFetcher implements HttpFetcher, AutoCloseable {
    /** Fetches under way at once, of all authenticators together; each bounds its own below that. */
    private static final int MAX_IN_FLIGHT = 1_024;

    /** Clients are kept by their authorities; configurations name few, and reloads could otherwise add up. */
    private static final int MAX_CLIENTS = 32;

    private static final Pattern MAX_AGE = Pattern.compile("(?:^|[,\\s])max-age=\"?(\\d{1,9})\"?", Pattern.CASE_INSENSITIVE);

    private final ExecutorService threads =
            Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().name("fetch-", 0).factory());
    private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
    private final ConcurrentHashMap<Optional<String>, HttpClient> clients = new ConcurrentHashMap<>();

    @Override
    public CompletionStage<Result> fetch(Request request) {
        if (!inFlight.tryAcquire()) {
            return CompletableFuture.completedFuture(new Result.Failed("too many fetches are under way"));
        }
        return begin(request).whenComplete((_, _) -> inFlight.release());
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::shutdownNow);
        threads.shutdown();
    }

    private CompletableFuture<Result> begin(Request request) {
        CompletableFuture<HttpResponse<byte[]>> exchange;
        try {
            exchange = client(request.authorities()).sendAsync(outgoing(request), head -> body(head, request));
        } catch (GeneralSecurityException | IOException | UncheckedIOException unusable) { // the last where no descriptor is left
            return CompletableFuture.completedFuture(new Result.Failed("the authorities cannot be used: " + unusable.getMessage()));
        } catch (IllegalArgumentException unusable) {
            return CompletableFuture.completedFuture(new Result.Failed("the address cannot be used: " + unusable.getMessage()));
        }
        // The request's own timeout ends at the head of the answer; a body that trickles must end as well.
        CompletableFuture<Result> settled = exchange.copy()
                .orTimeout(request.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .handle((response, failure) -> failure == null ? judge(response, request.call()) : new Result.Failed(describe(failure)));
        return settled.whenComplete((_, _) -> exchange.cancel(true));
    }

    private static HttpRequest outgoing(Request request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                .timeout(request.timeout())
                .header("Accept", "application/json, application/jwk-set+json, */*;q=0.1");
        switch (request.call()) {
            case Call.Get(Optional<Secret> authorization) -> {
                authorize(builder, authorization);
                builder.GET();
            }
            case Call.PostForm(Secret form, Optional<Secret> authorization) -> {
                builder.header("Content-Type", "application/x-www-form-urlencoded");
                authorize(builder, authorization);
                builder.POST(HttpRequest.BodyPublishers.ofByteArray(form.reveal()));
            }
        }
        return builder.build();
    }

    private static void authorize(HttpRequest.Builder builder, Optional<Secret> authorization) {
        authorization.ifPresent(value -> builder.header("Authorization", new String(value.reveal(), StandardCharsets.US_ASCII)));
    }

    /** What else comes is not read at all. */
    private static HttpResponse.BodySubscriber<byte[]> body(HttpResponse.ResponseInfo head, Request request) {
        return head.statusCode() == 200 || isDeclined(head.statusCode(), request.call())
                ? new BoundedBody(request.maxBytes())
                : HttpResponse.BodySubscribers.replacing(new byte[0]);
    }

    private static boolean isDeclined(int status, Call call) {
        return call instanceof Call.PostForm && (status == 400 || status == 401);
    }

    private static Result judge(HttpResponse<byte[]> response, Call call) {
        int status = response.statusCode();
        if (isDeclined(status, call)) {
            return new Result.Declined(status, response.body());
        }
        return status == 200 ? new Result.Fetched(response.body(), maxAge(response)) : new Result.Failed("the answer's status is " + status);
    }

    private static Optional<Duration> maxAge(HttpResponse<?> response) {
        Matcher directive = MAX_AGE.matcher(String.join(",", response.headers().allValues("cache-control")));
        return directive.find() ? Optional.of(Duration.ofSeconds(Long.parseLong(directive.group(1)))) : Optional.empty();
    }

    private HttpClient client(Optional<String> authorities) throws GeneralSecurityException, IOException {
        HttpClient known = clients.get(authorities);
        if (known != null) {
            return known;
        }
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(threads);
        if (authorities.isPresent()) {
            builder.sslContext(trusting(authorities.get()));
        }
        if (clients.size() >= MAX_CLIENTS) {
            clients.clear();
        }
        HttpClient made = builder.build();
        clients.put(authorities, made);
        return made;
    }

    private static SSLContext trusting(String pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (Certificate authority : factory.generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
            store.setCertificateEntry("authority-" + number++, authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static String describe(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> describe(wrapped.getCause());
            case IOException wrapped when wrapped.getCause() instanceof BoundedBody.TooLarge large -> describe(large);
            case BoundedBody.TooLarge _ -> message;
            case TimeoutException _ -> "no whole answer within the time allowed";
            case HttpTimeoutException _ -> "no answer within the time allowed";
            case SSLException _ -> "TLS failed: " + message;
            case ConnectException _ -> "the connection was refused or not made";
            default -> failure.getClass().getSimpleName() + ": " + message;
        };
    }
}
