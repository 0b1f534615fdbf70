package dev.sallyport.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.auth.AuthChain;
import dev.sallyport.core.auth.ChainPlan;
import dev.sallyport.core.auth.apikey.ApiKeyAuthenticator;
import dev.sallyport.core.auth.certificate.CertificateAuthenticator;
import dev.sallyport.core.auth.signature.GitHubScheme;
import dev.sallyport.core.auth.signature.HmacAuthenticator;
import dev.sallyport.core.auth.signature.HmacRules;
import dev.sallyport.core.http.Client;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.http.Trace;
import dev.sallyport.core.http.address.AddressText;
import dev.sallyport.core.http.address.Network;
import dev.sallyport.core.http.address.TrustedProxies;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.LimitsReached;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.ApiKeyUsage;
import dev.sallyport.core.state.InMemoryApiKeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
    private static final Instant NOW = Requests.NOW;
    private static final Optional<FailedAttempts> BOUND = Optional.of(new FailedAttempts(2, Duration.ofMinutes(1)));
    private static final Rejection BAD = Rejection.of(RejectReason.API_KEY_UNKNOWN, "");
    private static final AuthChain PARTNERS = new AuthChain.One(new ApiKeyAuthenticator("partners", "X-Partner", InMemoryApiKeyStore.of(List.of()), new ApiKeyUsage()));
    private static final AuthChain HOOKS = new AuthChain.One(new HmacAuthenticator(
            "hooks", new HmacRules(new GitHubScheme(), Duration.ofMinutes(5), Map.of("a", Secret.ofText("0123456789abcdef")), 10, "s", Set.of()),
            new Idle()));
    private static final AuthChain MESH = new AuthChain.One(new CertificateAuthenticator("mesh", List.of(), Optional.empty(), Set.of(), Map.of()));
    private static final ChainPlan KEYED = ChainPlan.of("r", new AuthChain.Any(List.of(PARTNERS, MESH)));
    private static final ChainPlan SIGNED = ChainPlan.of("r", HOOKS);

    private final LimitsReached limits = new LimitsReached();
    private final Admission admission = new Admission(new AttemptCounters(limits));

    @Test
    void credentialOverPlainHttpOnANetworkIsRefused() {
        assertReason(check(KEYED, Requests.plain(Peer.Exposure.NETWORK, "/", "X-Partner", "k")), RejectReason.HTTPS_REQUIRED);
        assertReason(check(SIGNED, Requests.plain(Peer.Exposure.NETWORK, "/", "X-Hub-Signature-256", "s")), RejectReason.HTTPS_REQUIRED);
        assertReason(check(SIGNED, Requests.plain(Peer.Exposure.NETWORK, "/", "X-Hub-Signature-256", "s", "x-hub-signature-256", "t")), RejectReason.HTTPS_REQUIRED);
        assertThat(check(KEYED, Requests.plain(Peer.Exposure.NETWORK, "/", "X-Other", "k"))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Peer.Exposure.class, names = {"LOOPBACK", "INSECURELY_ALLOWED"})
    void plainHttpIsTakenWhereNobodyReadsAlongOrTheOperatorSaysSo(Peer.Exposure exposure) {
        assertThat(check(KEYED, Requests.plain(exposure, "/", "X-Partner", "k"))).isEmpty();
    }

    @Test
    void onlyATrustedProxyCanSayThatTlsEndedBeforeIt() {
        RequestView told = Requests.plain(Peer.Exposure.NETWORK, "/", "X-Partner", "k", "X-Forwarded-Proto", "https");
        assertReason(check(KEYED, told), RejectReason.HTTPS_REQUIRED);
        TrustedProxies proxies = new TrustedProxies(List.of(Network.parse("192.0.2.0/24").orElseThrow()));
        assertThat(check(KEYED, new RequestView(told.head(), told.peer(), Client.of(proxies, told.peer(), told.head()), Trace.NONE, NOW))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "api_key=x", "API_KEY=x", "apikey=x", "access_token=x", "token", "token=", "a=1&token=x", "a=1;token=x", "%74oken=x", "tok%65n=x", "x-partner=k", "X-PARTNER=k",
        "+token=x", "a&&token=x",
    })
    void credentialInTheUrlIsRefused(String query) {
        assertReason(check(KEYED, Requests.get("/?" + query)), RejectReason.CREDENTIALS_IN_URL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tokens=x", "a=token", "a=api_key%3Dx", "x_partner=1", "authorization=x"})
    void otherQueriesPass(String query) {
        assertThat(check(KEYED, Requests.get("/?" + query))).isEmpty();
    }

    @Test
    void urlIsNotLookedAtWhereOnlySignaturesAreTaken() {
        assertThat(check(SIGNED, Requests.get("/?token=x"))).isEmpty();
    }

    @Test
    void refusalNamesTheParameterAndNeverItsValue() {
        assertThat(check(KEYED, Requests.get("/?api_key=verysecret")).orElseThrow().logDetail()).contains("api_key").doesNotContain("verysecret");
    }

    @Test
    void attemptsAreCountedByAddressAndForgottenAfterThePeriod() {
        RequestView request = Requests.get("/", "X-Partner", "k");
        admission.count(BAD, request, BOUND);
        assertThat(check(KEYED, request)).isEmpty();
        admission.count(BAD, request, BOUND);
        Rejection rejection = check(KEYED, request).orElseThrow();
        assertThat(rejection.reason()).isEqualTo(RejectReason.FAILED_ATTEMPTS_EXCEEDED);
        assertThat(limits.all()).containsExactly("failedAttempts");
        assertThat(rejection.fields()).containsExactly(new ResponseField("Retry-After", "61"));
        assertThat(check(KEYED, from("192.0.2.8", "https"))).isEmpty();
        assertThat(check(KEYED, from("192.0.2.7", "another"))).isEmpty();
        assertThat(check(KEYED, Requests.get("/"))).isEmpty();
        assertThat(admission.check(KEYED, request, Optional.empty())).isEmpty();
        assertThat(check(KEYED, Requests.at(NOW.plusSeconds(59), request))).isPresent();
        assertThat(check(KEYED, Requests.at(NOW.plusSeconds(60), request))).isEmpty();
    }

    @Test
    void clockThatWasSetBackKeepsNobodyOut() {
        RequestView request = Requests.get("/", "X-Partner", "k");
        admission.count(BAD, request, BOUND);
        admission.count(BAD, request, BOUND);
        RequestView before = Requests.at(NOW.minusSeconds(3600), request);
        assertThat(check(KEYED, before)).isEmpty();
        admission.count(BAD, before, BOUND);
        assertThat(check(KEYED, before)).isEmpty();
        admission.count(BAD, before, BOUND);
        assertThat(check(KEYED, before)).isPresent();
    }

    @Test
    void ipv6SubscriberIsCountedAsOne() {
        admission.count(BAD, from("2001:db8:0:1::1", "https"), BOUND);
        admission.count(BAD, from("2001:db8:0:1:ffff::2", "https"), BOUND);
        assertThat(check(KEYED, from("2001:db8:0:1::3", "https"))).isPresent();
        assertThat(check(KEYED, from("2001:db8:0:2::1", "https"))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = RejectReason.class, names = {"CREDENTIALS_MISSING", "SESSION_EXPIRED", "DPOP_NONCE_REQUIRED", "CERTIFICATE_MISSING", "KEYS_UNAVAILABLE", "OVERLOADED", "SCOPE_INSUFFICIENT", "ROUTE_NOT_FOUND"})
    void whatIsNobodysBadCredentialIsNotCounted(RejectReason reason) {
        RequestView request = Requests.get("/", "X-Partner", "k");
        for (int attempt = 0; attempt < 5; attempt++) {
            admission.count(Rejection.of(reason, ""), request, BOUND);
        }
        assertThat(check(KEYED, request)).isEmpty();
    }

    private Optional<Rejection> check(ChainPlan plan, RequestView request) {
        return admission.check(plan, request, BOUND);
    }

    private static RequestView from(String address, String listener) {
        Peer peer = new Peer(AddressText.parse(address).orElseThrow(), 1, listener, new Peer.Transport.Tls("TLSv1.3", List.of()));
        return new RequestView(Requests.head("GET", "api.example", "/", "X-Partner", "k"), peer, NOW);
    }

    private static void assertReason(Optional<Rejection> rejection, RejectReason reason) {
        assertThat(rejection.map(Rejection::reason)).contains(reason);
    }

    private static final class Idle implements CpuWorker {
        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return Optional.empty();
        }
    }
}
