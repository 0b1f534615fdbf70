package dev.sallyport.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sallyport.core.Requests;
import dev.sallyport.core.auth.apikey.ApiKeyFormat;
import dev.sallyport.core.auth.signature.StripeScheme;
import dev.sallyport.core.gateway.Trail.Step;
import dev.sallyport.core.gateway.compile.Compilation;
import dev.sallyport.core.gateway.compile.MadeAuthority;
import dev.sallyport.core.gateway.compile.MadeFiles;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.policy.AttemptCounters;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.route.RouteTable;
import dev.sallyport.core.state.InMemoryReplayStore;
import dev.sallyport.core.state.OneTimeUse;
import dev.sallyport.core.state.ReplayStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every way through a decision, over a configuration as an operator writes it. */
class GatekeeperTest {
    private static final Path CONFIG = Path.of("/c.yaml");
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final byte[] CONTENT = "{}".getBytes(StandardCharsets.UTF_8);
    private static final Instant NOW = Requests.NOW;
    private static final String CLAIMS = "\"iss\":\"https://idp.example\",\"sub\":\"anna\",\"aud\":\"api\",\"exp\":" + NOW.plusSeconds(600).getEpochSecond();
    private static final String TEXT = """
            listeners:
              https: { bind: "127.0.0.1:8443", tls: { certificates: [{ certificate: api.pem, key: api.key }] }, failedAttempts: { max: 2, per: 1m } }
              http: { bind: "0.0.0.0:8080" }
            authenticators:
              partners: { apiKey: { header: X-API-Key, store: { file: keys.yaml } } }
              users: { jwt: { issuer: "https://idp.example", audiences: [api], algorithms: [RS256], keys: { file: jwks.json } } }
              payments: { hmac: { scheme: stripe, secrets: { one: 0123456789abcdef0123456789abcdef }, maxBody: 1KiB } }
            upstreams: { orders: { targets: ["http://127.0.0.1:9000"] } }
            identity: { claims: { tenant: X-Auth-Tenant } }
            routes:
              open: { match: { host: api.example, path: /open/** }, auth: none, upstream: orders, rewrite: { stripPrefix: /open } }
              keyed: { match: { host: api.example, path: /keyed, methods: [GET] }, auth: partners, upstream: orders }
              scoped: { match: { host: api.example, path: /scoped }, auth: { any: [users, partners], scopes: [write, read] }, upstream: orders }
              either: { match: { host: api.example, path: /either }, auth: { any: [users, partners] }, upstream: orders }
              tenant: { match: { host: api.example, path: /tenant }, auth: { any: [users], claims: { tenant: acme } }, upstream: orders }
              hooks: { match: { host: api.example, path: /hooks }, auth: payments, upstream: orders }
              hooked: { match: { host: api.example, path: /hooked }, auth: { any: [payments], scopes: [admin] }, upstream: orders }
            """;
    private static final MadeFiles FILES = new MadeFiles().with("/c.yaml", TEXT).with("/keys.yaml", """
            keys:
              - { id: a, hash: "sha256:%s", subject: acme, scopes: [read] }
              - { id: past, hash: "sha256:%s", subject: acme, expiresAt: "2020-01-01T00:00:00Z" }
              - { id: future, hash: "sha256:%s", subject: acme, notBefore: "2120-01-01T00:00:00Z" }
              - { id: revoked, hash: "sha256:%s", subject: acme, active: false }
            """.formatted(
            ApiKeyFormat.sha256("key-of-acme"), ApiKeyFormat.sha256("past-key"), ApiKeyFormat.sha256("future-key"), ApiKeyFormat.sha256("revoked-key")));

    private final Worker worker = new Worker();
    private final GatewaySnapshot snapshot = Compilation.snapshot(CONFIG, FILES, worker);
    private final ReplayStore replays = new InMemoryReplayStore(1, GatewayEvents.IGNORED);
    private Gatekeeper gatekeeper = new Gatekeeper(replays, new AttemptCounters(GatewayEvents.IGNORED));

    @Test
    void openRouteForwardsTheAnonymousWithItsPathRewritten() {
        Decision.Forward forward = forwarded(Requests.get("/open/x"));
        assertThat(forward.identity()).isEqualTo(Identity.ANONYMOUS);
        assertThat(forward.path()).isEqualTo("/x");
        assertThat(forward.trail()).isEqualTo(new Trail("open", List.of()));
    }

    @Test
    void unknownPathIsNotFoundUnderNoRoute() {
        Decision.Reject reject = rejected(Requests.get("/nowhere"), RejectReason.ROUTE_NOT_FOUND, 404);
        assertThat(reject.trail().route()).isEqualTo("_none");
        assertThat(reject.trail().steps()).singleElement().satisfies(step -> {
            assertThat(step.authenticator()).isEqualTo("_none");
            assertThat(step.outcome()).isEqualTo(Trail.Outcome.REJECTED);
        });
    }

    @Test
    void otherMethodIsToldWhatIsAllowed() {
        RequestView post = new RequestView(Requests.head("POST", "api.example", "/keyed"), Requests.get("/").peer(), NOW);
        assertThat(rejected(post, RejectReason.METHOD_NOT_ALLOWED, 405).rejection().fields()).containsExactly(new ResponseField("Allow", "GET, HEAD"));
    }

    @Test
    void pathThatTheRouteDoesNotTakeIsAmbiguousUnderItsRoute() {
        assertThat(rejected(Requests.get("/open/a%2Fb"), RejectReason.PATH_AMBIGUOUS, 400).trail().route()).isEqualTo("open");
    }

    @Test
    void goodKeyIsForwardedAndNamedInTheTrail() {
        Decision.Forward forward = forwarded(Requests.get("/keyed", "X-API-Key", "key-of-acme"));
        assertThat(forward.identity().subject()).isEqualTo("acme");
        assertThat(forward.trail().steps()).extracting(Step::authenticator, Step::outcome, Step::subject, Step::credentialId)
                .containsExactly(tuple("partners", Trail.Outcome.ALLOWED, Optional.of("acme"), Optional.of("a")));
    }

    @Test
    void absentCredentialIsAskedForAndBadOneRefusedUnderItsAuthenticator() {
        Decision.Reject missing = rejected(Requests.get("/keyed"), RejectReason.CREDENTIALS_MISSING, 401);
        assertThat(missing.rejection().fields()).containsExactly(new ResponseField("WWW-Authenticate", "ApiKey realm=\"keyed\", header=\"X-API-Key\""));
        assertThat(missing.trail().steps()).extracting(Step::authenticator).containsExactly("_none");
        Decision.Reject wrong = rejected(Requests.get("/keyed", "X-API-Key", "wrong"), RejectReason.API_KEY_UNKNOWN, 401);
        assertThat(wrong.trail().steps()).extracting(Step::authenticator).containsExactly("partners");
    }

    @Test
    void refusalNamesTheCredentialWhereItWasProvenAndOnlyThere() {
        assertThat(refusedCredential("X-API-Key", "past-key", RejectReason.API_KEY_EXPIRED)).contains("past");
        gatekeeper = new Gatekeeper(replays, new AttemptCounters(GatewayEvents.IGNORED));
        assertThat(refusedCredential("X-API-Key", "future-key", RejectReason.API_KEY_NOT_YET_VALID)).contains("future");
        assertThat(refusedCredential("X-API-Key", "revoked-key", RejectReason.API_KEY_INACTIVE)).contains("revoked");
        gatekeeper = new Gatekeeper(replays, new AttemptCounters(GatewayEvents.IGNORED));
        assertThat(refusedCredential("X-API-Key", "key-of-nobody", RejectReason.API_KEY_UNKNOWN)).isEmpty();
        String expired = CLAIMS.replaceFirst("\"exp\":\\d+", "\"exp\":1,\"jti\":\"t-1\"");
        String token = MadeAuthority.token("{" + expired + "}");
        assertThat(refusedCredential("Authorization", "Bearer " + token, RejectReason.TOKEN_EXPIRED)).contains("t-1");
        gatekeeper = new Gatekeeper(replays, new AttemptCounters(GatewayEvents.IGNORED));
        String forged = token.substring(0, token.lastIndexOf('.')) + ".AAAA";
        assertThat(refusedCredential("Authorization", "Bearer " + forged, RejectReason.TOKEN_SIGNATURE_INVALID)).isEmpty();
    }

    private Optional<String> refusedCredential(String header, String value, RejectReason reason) {
        return rejected(Requests.get("/scoped", header, value), reason, 401).trail().steps().getFirst().credentialId();
    }

    @Test
    void anyListsAllThatHeld() {
        RequestView both = Requests.get(
                "/either", "X-API-Key", "key-of-acme", "Authorization", "Bearer " + MadeAuthority.token("{" + CLAIMS + "}"));
        Decision.Forward forward = forwarded(both);
        assertThat(forward.identity().subject()).isEqualTo("anna");
        assertThat(forward.headers().added()).contains(
                new ResponseField("X-Auth-Method", "jwt,api_key"), new ResponseField("X-Auth-Authenticator", "users,partners"));
        assertThat(forward.trail().steps()).extracting(Step::authenticator).containsExactly("users", "partners");
    }

    @Test
    void admissionComesBeforeAnyCredentialIsLookedAt() {
        rejected(Requests.plain(Peer.Exposure.NETWORK, "/keyed", "X-API-Key", "key-of-acme"), RejectReason.HTTPS_REQUIRED, 403);
        rejected(Requests.get("/keyed?api_key=key-of-acme"), RejectReason.CREDENTIALS_IN_URL, 400);
    }

    @Test
    void refusedCredentialsAreCountedAndEndInTooManyRequests() {
        rejected(Requests.get("/keyed", "X-API-Key", "wrong"), RejectReason.API_KEY_UNKNOWN, 401);
        rejected(Requests.get("/keyed"), RejectReason.CREDENTIALS_MISSING, 401);
        rejected(Requests.get("/keyed", "X-API-Key", "wrong"), RejectReason.API_KEY_UNKNOWN, 401);
        Decision.Reject reject = rejected(Requests.get("/keyed", "X-API-Key", "key-of-acme"), RejectReason.FAILED_ATTEMPTS_EXCEEDED, 429);
        assertThat(reject.rejection().fields()).containsExactly(new ResponseField("Retry-After", "61"));
        forwarded(Requests.get("/open/x", "X-API-Key", "wrong"));
        forwarded(Requests.at(NOW.plusSeconds(60), Requests.get("/keyed", "X-API-Key", "key-of-acme")));
    }

    @Test
    void listenerThatTheSnapshotDoesNotKnowHasNoAttemptsButTheSameRules() {
        Peer peer = new Peer(Requests.STRANGER, 1, "gone", new Peer.Transport.Tls("TLSv1.3", List.of()));
        for (int attempt = 0; attempt < 5; attempt++) {
            rejected(new RequestView(Requests.head("GET", "api.example", "/keyed", "X-API-Key", "wrong"), peer, NOW), RejectReason.API_KEY_UNKNOWN, 401);
        }
    }

    @Test
    void bearerThatLacksScopesIsToldWhichAllOfThem() {
        Decision.Reject reject = rejected(bearer("/scoped", "\"scope\":\"read\""), RejectReason.SCOPE_INSUFFICIENT, 403);
        assertThat(reject.rejection().fields()).containsExactly(new ResponseField(
                "WWW-Authenticate", "Bearer realm=\"scoped\", error=\"insufficient_scope\", scope=\"write read\""));
        assertThat(reject.trail().steps()).extracting(Step::authenticator).containsExactly("users", "_none");
        forwarded(bearer("/scoped", "\"scope\":\"read write\""));
    }

    @Test
    void keyThatLacksScopesGetsNoChallengeAndIsNotCountedAsUsed() {
        Decision.Reject reject = rejected(Requests.get("/scoped", "X-API-Key", "key-of-acme"), RejectReason.SCOPE_INSUFFICIENT, 403);
        assertThat(reject.rejection().fields()).isEmpty();
    }

    @Test
    void claimMustBeSatisfied() {
        rejected(bearer("/tenant", "\"tenant\":\"other\""), RejectReason.CLAIM_NOT_SATISFIED, 403);
        rejected(bearer("/tenant", "\"x\":1"), RejectReason.CLAIM_NOT_SATISFIED, 403);
        assertThat(forwarded(bearer("/tenant", "\"tenant\":\"acme\"")).headers().added()).contains(new ResponseField("X-Auth-Tenant", "acme"));
    }

    @Test
    void whatCannotBeSaidToTheUpstreamIsRefused() {
        rejected(bearer("/scoped", "\"scope\":\"read write\",\"tenant\":\"" + "t".repeat(4097) + "\""), RejectReason.IDENTITY_VALUE_TOO_LARGE, 400);
        String[] connection = {"Connection", String.join(",", IntStream.range(0, 33).mapToObj(each -> "x" + each).toList())};
        rejected(Requests.get("/open/x", connection), RejectReason.HEADER_MALFORMED, 400);
    }

    @Test
    void costlyVerificationIsAwaitedAndThenDecided() {
        worker.mode = Worker.Mode.LATER;
        Decision.Await await = (Decision.Await) gatekeeper.decide(snapshot, bearer("/scoped", "\"scope\":\"read write\""));
        assertThat(await.settled().toCompletableFuture()).isNotDone();
        assertThat(await.trail()).isEqualTo(new Trail("scoped", List.of()));
        worker.runAll();
        assertThat(await.settled().toCompletableFuture().join()).isInstanceOf(Decision.Forward.class);
    }

    @Test
    void fullQueueIsRefusedAsOverloaded() {
        worker.mode = Worker.Mode.FULL;
        rejected(bearer("/scoped", "\"scope\":\"read write\""), RejectReason.OVERLOADED, 503);
    }

    @Test
    void verificationThatBreaksIsAnInternalErrorThatSettlesNormally() {
        worker.mode = Worker.Mode.BROKEN;
        Decision.Reject reject = rejected(bearer("/scoped", "\"scope\":\"read write\""), RejectReason.INTERNAL_ERROR, 500);
        assertThat(reject.rejection().logDetail()).startsWith("java.lang.IllegalStateException").doesNotContain("secret words");
        assertThat(reject.trail().route()).isEqualTo("scoped");
        assertThat(reject.trail().steps()).extracting(Step::authenticator, Step::outcome).containsExactly(tuple("users", Trail.Outcome.FAILED));
    }

    @Test
    void contentIsAskedForBeforeASignatureIsJudged() {
        assertThat(gatekeeper.decide(snapshot, unread("/hooks", SECRET))).isEqualTo(new Decision.NeedBody(1024, new Trail("hooks", List.of())));
    }

    @Test
    void signatureIsSpentOnceAndItsReplayRefusedWithTheChallenge() {
        assertThat(forwarded(signed("/hooks", SECRET)).spent()).singleElement().extracting(OneTimeUse::key).asString().startsWith("payments:");
        Decision.Reject replay = rejected(signed("/hooks", SECRET), RejectReason.SIGNATURE_REPLAYED, 401);
        assertThat(replay.rejection().fields()).containsExactly(new ResponseField("WWW-Authenticate", "HMAC realm=\"hooks\", header=\"Stripe-Signature\""));
        assertThat(replay.trail().steps()).extracting(Step::authenticator, Step::outcome, Step::credentialId)
                .containsExactly(tuple("payments", Trail.Outcome.REJECTED, Optional.of("one")));
        rejected(signed("/hooks", SECRET), RejectReason.SIGNATURE_REPLAYED, 401);
        rejected(signed("/hooks", SECRET), RejectReason.FAILED_ATTEMPTS_EXCEEDED, 429);
    }

    @Test
    void signatureHeaderSentTwiceIsAmbiguousAndOverPlainHttpRefusedAsACredential() {
        String[] twice = {"Stripe-Signature", "t=1,v1=aa", "stripe-signature", "t=1,v1=bb"};
        rejected(Requests.get("/hooks", twice), RejectReason.CREDENTIALS_AMBIGUOUS, 400);
        rejected(Requests.plain(Peer.Exposure.NETWORK, "/hooks", twice), RejectReason.HTTPS_REQUIRED, 403);
    }

    @Test
    void nothingIsSpentForARequestThatGoesNowhere() {
        rejected(signed("/hooked", SECRET), RejectReason.SCOPE_INSUFFICIENT, 403);
        forwarded(signed("/hooks", SECRET));
    }

    @Test
    void storeWithoutRoomRefusesAndSaysWhenToComeBack() {
        replays.spend(List.of(new OneTimeUse("another", "another", NOW.plusSeconds(600))), NOW);
        Decision.Reject reject = rejected(signed("/hooks", SECRET), RejectReason.REPLAY_STORE_FULL, 503);
        assertThat(reject.rejection().fields()).containsExactly(new ResponseField("Retry-After", "1"));
        assertThat(reject.trail().steps()).extracting(Step::authenticator, Step::outcome).containsExactly(tuple("payments", Trail.Outcome.FAILED));
    }

    @Test
    void useThatIsNotKeptIsNoReplayAndIsRefusedUntilItIs() {
        ReplayStore.Outcome unkept = new ReplayStore.Outcome.Unkept(new OneTimeUse("payments", "k", NOW), "no space left");
        Gatekeeper onAFullDisk = new Gatekeeper(answering(CompletableFuture.completedFuture(unkept)), new AttemptCounters(GatewayEvents.IGNORED));
        for (int each = 0; each < 5; each++) {
            assertThat(settled(onAFullDisk.decide(snapshot, signed("/hooks", SECRET)))).isInstanceOfSatisfying(Decision.Reject.class, reject -> {
                assertThat(reject.rejection()).isEqualTo(Rejection.of(RejectReason.STATE_UNAVAILABLE, "no space left").with("Retry-After", "1"));
                assertThat(reject.rejection().status()).isEqualTo(503);
                assertThat(reject.trail().steps()).extracting(Step::authenticator, Step::outcome).containsExactly(tuple("payments", Trail.Outcome.FAILED));
            });
        }
    }

    @Test
    void storeFarAwayIsAwaited() {
        CompletableFuture<ReplayStore.Outcome> later = new CompletableFuture<>();
        Decision.Await await = (Decision.Await) new Gatekeeper(answering(later), new AttemptCounters(GatewayEvents.IGNORED)).decide(snapshot, signed("/hooks", SECRET));
        assertThat(await.settled().toCompletableFuture()).isNotDone();
        later.complete(ReplayStore.Outcome.SPENT);
        assertThat(await.settled().toCompletableFuture().join()).isInstanceOf(Decision.Forward.class);
    }

    @Test
    void storeThatFailsOrThrowsDenies() {
        ReplayStore failing = answering(CompletableFuture.failedFuture(new IllegalStateException("secret words")));
        ReplayStore throwing = new ReplayStore() {
            @Override
            public CompletionStage<ReplayStore.Outcome> spend(List<OneTimeUse> uses, Instant now) {
                throw new AssertionError("secret words");
            }

            @Override
            public void giveBack(List<OneTimeUse> uses) {}
        };
        for (ReplayStore store : List.of(failing, throwing)) {
            Decision last = settled(new Gatekeeper(store, new AttemptCounters(GatewayEvents.IGNORED)).decide(snapshot, signed("/hooks", SECRET)));
            assertThat(last).isInstanceOfSatisfying(Decision.Reject.class, reject -> {
                assertThat(reject.rejection().reason()).isEqualTo(RejectReason.INTERNAL_ERROR);
                assertThat(reject.rejection().logDetail()).doesNotContain("secret words");
            });
        }
    }

    @Test
    void endpointOfTheGatewayAnswersAndAFailingOneIsAnInternalError() {
        LocalResponse hello = new LocalResponse(200, List.of(), CONTENT);
        GatewaySnapshot answering = leadingTo(_ -> CompletableFuture.completedFuture(new Destination.Answer.Given(hello)));
        assertThat(settled(gatekeeper.decide(answering, Requests.get("/open/x"))))
                .isInstanceOfSatisfying(Decision.Respond.class, respond -> assertThat(respond.response()).isEqualTo(hello));
        assertThat(settled(gatekeeper.decide(answering, signed("/hooks", SECRET)))).isInstanceOf(Decision.Respond.class);
        GatewaySnapshot failing = leadingTo(_ -> CompletableFuture.failedFuture(new IllegalStateException()));
        GatewaySnapshot throwing = leadingTo(_ -> {
            throw new IllegalStateException();
        });
        for (GatewaySnapshot broken : List.of(failing, throwing)) {
            assertThat(settled(gatekeeper.decide(broken, Requests.get("/open/x"))))
                    .isInstanceOfSatisfying(Decision.Reject.class, reject -> assertThat(reject.rejection().reason()).isEqualTo(RejectReason.INTERNAL_ERROR));
        }
    }

    private static RequestView bearer(String target, String moreClaims) {
        return Requests.get(target, "Authorization", "Bearer " + MadeAuthority.token("{" + CLAIMS + "," + moreClaims + "}"));
    }

    private RequestView signed(String target, String secret) {
        return unread(target, secret).withBody(CONTENT);
    }

    private static RequestView unread(String target, String secret) {
        var field = new StripeScheme().sign(Secret.ofText(secret), CONTENT, NOW, "m").getFirst();
        return Requests.get(target, field.name(), field.value());
    }

    private GatewaySnapshot leadingTo(Destination.Endpoint endpoint) {
        List<Route> routes = snapshot.routes().routes().stream()
                .map(route -> new Route(
                        route.id(), route.match(), route.paths(), route.auth(), new Destination.ToEndpoint(endpoint), route.rewrite(), route.headers()))
                .toList();
        return new GatewaySnapshot(
                1, NOW, snapshot.listeners(), Optional.empty(), RouteTable.of(routes), Map.of(), Map.of(), snapshot.identityHeaders(),
                snapshot.trustedProxies(), snapshot.revocations(), snapshot.assertion(), snapshot.accessLog(), snapshot.auditLog(), snapshot.errorDetail(), List.of());
    }

    private Decision.Forward forwarded(RequestView request) {
        Decision decision = settled(gatekeeper.decide(snapshot, request));
        assertThat(decision).isInstanceOf(Decision.Forward.class);
        return (Decision.Forward) decision;
    }

    private Decision.Reject rejected(RequestView request, RejectReason reason, int status) {
        Decision decision = settled(gatekeeper.decide(snapshot, request));
        assertThat(decision).isInstanceOf(Decision.Reject.class);
        Decision.Reject reject = (Decision.Reject) decision;
        assertThat(reject.rejection().reason()).as(reject.rejection().logDetail()).isEqualTo(reason);
        assertThat(reject.rejection().status()).isEqualTo(status);
        return reject;
    }

    private static Decision settled(Decision decision) {
        return decision instanceof Decision.Await(var later, var _) ? later.toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join() : decision;
    }

    private static ReplayStore answering(CompletionStage<ReplayStore.Outcome> answer) {
        return new ReplayStore() {
            @Override
            public CompletionStage<ReplayStore.Outcome> spend(List<OneTimeUse> uses, Instant now) {
                return answer;
            }

            @Override
            public void giveBack(List<OneTimeUse> uses) {}
        };
    }

    /** Does what is asked of it at once, later, never or wrongly. */
    private static final class Worker implements CpuWorker {
        enum Mode { AT_ONCE, LATER, FULL, BROKEN }

        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private Mode mode = Mode.AT_ONCE;

        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return switch (mode) {
                case AT_ONCE -> Optional.of(CompletableFuture.completedFuture(computation.get()));
                case LATER -> {
                    CompletableFuture<T> result = new CompletableFuture<>();
                    waiting.add(() -> result.complete(computation.get()));
                    yield Optional.of(result);
                }
                case FULL -> Optional.empty();
                case BROKEN -> Optional.of(CompletableFuture.failedFuture(new IllegalStateException("secret words")));
            };
        }

        void runAll() {
            while (!waiting.isEmpty()) {
                waiting.remove().run();
            }
        }
    }
}
