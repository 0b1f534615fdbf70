package dev.sallyport.core.token.endpoint;

import dev.sallyport.core.auth.certificate.AllowedName;
import dev.sallyport.core.auth.certificate.CertificateAuthenticator;
import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.uri.RequestTarget;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.jose.TokenSigner;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.key.SigningRules;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.Journals.Opened.Ready;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination.Answer;
import dev.sallyport.core.state.InMemoryReplayStore;
import dev.sallyport.core.state.JournalsInMemory;
import dev.sallyport.core.state.ReplayStore;
import dev.sallyport.core.state.revocation.RevocationLedger;
import dev.sallyport.core.state.revocation.RevocationList;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.state.revocation.TokenBounds;
import dev.sallyport.core.token.client.ClientAuthenticator;
import dev.sallyport.core.token.client.ClientEntry.Activity;
import dev.sallyport.core.token.client.ClientEntry.Proof;
import dev.sallyport.core.token.client.ClientEntry.RefreshTokens;
import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.core.token.client.ClientMeans;
import dev.sallyport.core.token.client.ClientSecretFormat;
import dev.sallyport.core.token.client.OAuthClient;
import dev.sallyport.core.token.client.OAuthClients;
import dev.sallyport.core.token.refresh.RefreshFamilies;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A token service with a client of each kind, on journals in memory. */
final class MadeTokenService {
    static final String ISSUER = "https://auth.example";
    static final String SECRET = "spc_0123456789";
    static final String OLD_SECRET = "spc_9876543210";
    static final String ORDERS = "https://api.example/orders";
    static final String STOCK = "https://api.example/stock";
    static final TokenSigner ROBOT = TokenSigner.generate("r1");
    private static final Path REFRESH = Path.of("refresh.journal");
    private static final Path REVOKED = Path.of("revoked.journal");

    final JournalsInMemory journals = new JournalsInMemory();
    Instant now = Instant.now();
    boolean isFull;
    Optional<RevocationLedger> ledger;
    private RefreshFamilies families;
    ReplayStore spent = new InMemoryReplayStore(100, GatewayEvents.IGNORED);
    private final List<OAuthClient> clients = new ArrayList<>();

    private final CpuWorker worker = new CpuWorker() {
        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return isFull ? Optional.empty() : Optional.of(CompletableFuture.completedFuture(computation.get()));
        }
    };

    final SigningRing keys = SigningRing.inMemory(
            new SigningRules(JwsAlgorithm.ES256, Duration.ofDays(1), Duration.ofDays(1)), () -> now, (_, _) -> () -> {}, worker);

    MadeTokenService() {
        Ready revoked = (Ready) journals.open(REVOKED);
        ledger = Optional.of(RevocationLedger.of(revoked.journal(), revoked.records(), GatewayEvents.IGNORED));
        families = families();
        client(entry("app", Set.of(ORDERS), RefreshTokens.ISSUED), ClientMeans.ofSecrets(
                List.of(ClientSecretFormat.sha256(OLD_SECRET), ClientSecretFormat.sha256(SECRET))));
        client(entry("plain", Set.of(ORDERS, STOCK), RefreshTokens.NONE), ClientMeans.ofSecrets(List.of(ClientSecretFormat.sha256(SECRET))));
        client(entry("robot", Set.of(ORDERS), RefreshTokens.NONE), ClientMeans.ofKeys(List.of(ROBOT.verification())));
        client(entry("mesh", Set.of(ORDERS), RefreshTokens.NONE), ClientMeans.ofCertificates(new CertificateAuthenticator(
                "mesh", List.of(new AllowedName.Subject("CN=mesh")), Optional.of("mesh"), Set.of(), Map.of())));
        client(new ClientEntry("watcher", new Proof.Secrets(List.of()), Set.of(), Set.of(), Set.of(ORDERS), RefreshTokens.NONE, Activity.ACTIVE),
                ClientMeans.ofSecrets(List.of(ClientSecretFormat.sha256(SECRET))));
        client(new ClientEntry("gone", new Proof.Secrets(List.of()), Set.of(ORDERS), Set.of(), Set.of(), RefreshTokens.NONE, Activity.REVOKED),
                ClientMeans.ofSecrets(List.of(ClientSecretFormat.sha256(SECRET))));
    }

    private static ClientEntry entry(String id, Set<String> audiences, RefreshTokens refresh) {
        return new ClientEntry(id, new Proof.Secrets(List.of()), audiences, Scopes.inOrder(List.of("read", "write")), Set.of(), refresh, Activity.ACTIVE);
    }

    /** One of the same id takes its place. */
    void client(ClientEntry entry, ClientMeans means) {
        clients.removeIf(client -> client.id().equals(entry.id()));
        clients.add(new OAuthClient(entry, means));
    }

    ClientMeans means(String id) {
        return clients.stream().filter(client -> client.id().equals(id)).findFirst().orElseThrow().means();
    }

    private RefreshFamilies families() {
        Ready ready = (Ready) journals.open(REFRESH);
        return RefreshFamilies.of(_ -> ready.journal(), ready.records(), now);
    }

    void restart() {
        families = families();
    }

    Revocations revocations() {
        return new Revocations(RevocationList.NONE, ledger, new TokenBounds(
                Optional.of(RefreshFamilies.LIFETIME), Optional.of(RefreshFamilies.LIFETIME), Duration.ofSeconds(30)));
    }

    AccessTokens tokens() {
        return new AccessTokens(ISSUER, Duration.ofMinutes(15), keys);
    }

    private ClientEndpoint endpoint(ClientEndpoint.Action action) {
        ClientAuthenticator authenticator = new ClientAuthenticator(
                new OAuthClients(clients), Set.of(ISSUER, ISSUER + ServerUrls.TOKEN), revocations());
        return new ClientEndpoint(ISSUER, authenticator, spent, worker, action);
    }

    private ClientEndpoint endpoint(String path) {
        CallingBack callingBack = new CallingBack(revocations(), Duration.ofMinutes(15));
        return switch (path) {
            case ServerUrls.TOKEN -> endpoint(new TokenGrants(tokens(), Optional.of(families), callingBack));
            case ServerUrls.REVOCATION -> endpoint(new TokenRevocation(tokens(), Optional.of(families), callingBack));
            default -> endpoint(new TokenIntrospection(ISSUER, tokens(), Optional.of(families), new OAuthClients(clients), revocations()));
        };
    }

    Answer ask(String path, String form, String... fields) {
        return ask(List.of(), path, form, fields);
    }

    Answer ask(List<X509Certificate> certificates, String path, String form, String... fields) {
        return asked(certificates, path, form, fields).toCompletableFuture().join();
    }

    CompletionStage<Answer> asked(List<X509Certificate> certificates, String path, String form, String... fields) {
        return endpoint(path).answer(request(certificates, path, form, fields));
    }

    RequestView request(List<X509Certificate> certificates, String path, String form, String... fields) {
        List<String> all = new ArrayList<>(List.of(fields));
        if (!all.contains("Content-Type")) {
            all.addAll(List.of("Content-Type", "application/x-www-form-urlencoded"));
        }
        RequestTarget target = ((RequestTarget.Parsed.Valid) RequestTarget.parse("POST", path)).target();
        RequestHead head = new RequestHead("POST", target, "auth.example", "auth.example", HeaderFields.of(all.toArray(String[]::new)), BodyLength.NONE);
        Peer peer = new Peer(InetAddress.getLoopbackAddress(), 4711, "https", new Peer.Transport.Tls("TLSv1.3", certificates));
        return new RequestView(head, peer, now).withBody(form.getBytes(StandardCharsets.UTF_8));
    }

    static Map<String, Object> given(Answer answer) {
        if (answer instanceof Answer.Given given) {
            return given.response().body().length == 0 ? Map.of() : StrictJson.object(given.response().body()).orElseThrow();
        }
        throw new AssertionError(answer);
    }

    static Rejection refused(Answer answer) {
        if (answer instanceof Answer.Refused refused) {
            return refused.rejection();
        }
        throw new AssertionError(answer);
    }
}
