package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.provider.Misbehaviour.Broken.How;
import dev.sallyport.tests.harness.provider.Misbehaviour.Broken;
import dev.sallyport.tests.harness.provider.Misbehaviour.Endpoint;
import dev.sallyport.tests.harness.provider.Misbehaviour;
import dev.sallyport.tests.harness.provider.OpenIdProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Providers that are wrong from the start in what they are asked but rarely: what they are, and their keys. Each has an authenticator of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DiscoveryFaultSuite {
    /** Said of itself by providers that can be used all the same. */
    private static final EnumSet<Misbehaviour.Discovery> HARMLESS = EnumSet.of(
            Misbehaviour.Discovery.END_SESSION_ENDPOINT_MISSING, Misbehaviour.Discovery.CHALLENGES_NOT_NAMED, Misbehaviour.Discovery.ISSUER_IN_ANSWER_NOT_PROMISED);
    private final List<Stranger> strangers = new ArrayList<>();
    private final Stranger silent = add(Misbehaviour.Discovery.CHALLENGES_NOT_NAMED);
    private final Stranger reticent = add(Misbehaviour.Discovery.ISSUER_IN_ANSWER_NOT_PROMISED);
    /** Comes to its senses. */
    private final Stranger late = add(new Broken(Endpoint.DISCOVERY, How.FAILS));
    private final OidcGateway gateway;

    /** A provider, and where it is asked for. */
    record Stranger(String name, OpenIdProvider provider, Misbehaviour wrong) {
        String page() {
            return "/" + name + "/page";
        }

        String authenticator() {
            return "  " + name + ": { oidc: { @" + name + "@, callback: /" + name + "/cb, logout: /" + name + "/lo, backChannelLogout: /" + name + "/bc } }\n";
        }

        String route() {
            return "  " + name + ": { match: { path: /" + name + "/** }, auth: " + name + ", upstream: main }\n";
        }

        @Override
        public String toString() {
            return wrong.toString();
        }
    }

    DiscoveryFaultSuite() {
        EnumSet.complementOf(HARMLESS).forEach(this::add);
        for (How how : How.values()) {
            add(new Broken(Endpoint.DISCOVERY, how));
        }
        for (How how : How.values()) {
            add(new Broken(Endpoint.KEYS, how));
        }
        StringBuilder config = new StringBuilder("authenticators:\n");
        strangers.forEach(stranger -> config.append(stranger.authenticator()));
        config.append("routes:\n  open: { match: { path: /open/** }, auth: none, upstream: main }\n");
        strangers.forEach(stranger -> config.append(stranger.route()));
        gateway = new OidcGateway(config.toString());
        strangers.forEach(stranger -> gateway.word(stranger.name(), stranger.provider()));
        gateway.start();
    }

    private Stranger add(Misbehaviour wrong) {
        OpenIdProvider provider = new OpenIdProvider();
        provider.misbehave(wrong);
        Stranger stranger = new Stranger("stranger-" + strangers.size(), provider, wrong);
        strangers.add(stranger);
        return stranger;
    }

    @AfterAll
    void stop() {
        try {
            gateway.close();
        } finally {
            strangers.forEach(stranger -> stranger.provider().close());
        }
    }

    @BeforeEach
    void settle() {
        gateway.settle();
    }

    List<Stranger> withoutGoodDiscovery() {
        List<Stranger> others = List.of(silent, reticent, late);
        return strangers.stream().filter(stranger -> !others.contains(stranger) && !withoutGoodKeys().contains(stranger)).toList();
    }

    List<Stranger> withoutGoodKeys() {
        return strangers.stream().filter(stranger -> stranger.wrong() instanceof Broken broken && broken.at() == Endpoint.KEYS).toList();
    }

    @ParameterizedTest
    @MethodSource("withoutGoodDiscovery")
    void discoveryThatLiesOrFailsSendsNobodyAnywhere(Stranger stranger) {
        Reply reply = gateway.browser().open(stranger.page());
        gateway.assertRefused(reply, 503, "provider_unavailable");
        assertThat(reply.field("Retry-After")).isPresent();
        gateway.assertRefused(gateway.browser().call(stranger.page()), 401, "credentials_missing");
        assertThat(stranger.provider().asked(Endpoint.DISCOVERY)).isNotEmpty();
        assertThat(stranger.provider().elsewhere()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("withoutGoodKeys")
    void providerWithoutGoodKeysSignsNobodyIn(Stranger stranger) {
        Reply back = gateway.browser().signIn(stranger.page());
        gateway.assertRefused(back, 503, "provider_unavailable");
        assertThat(stranger.provider().asked(Endpoint.KEYS)).isNotEmpty();
        assertThat(stranger.provider().elsewhere()).isEmpty();
    }

    @Test
    void challengeIsHashedWhereDiscoverySaysNothingOfIt() {
        Reply away = gateway.browser().open(silent.page());
        assertThat(away.field("Location").orElseThrow()).contains("code_challenge_method=S256");
        assertThat(gateway.browser().signIn(silent.page()).status()).isEqualTo(303);
    }

    @Test
    void issuerOfAnAnswerMayBeMissingWhereItIsNotPromisedButNeverBeAnothers() {
        assertThat(gateway.browser().open(reticent.page()).status()).isEqualTo(302);
        reticent.provider().misbehave(Misbehaviour.Callback.ISSUER_MISSING);
        assertThat(gateway.browser().signIn(reticent.page()).status()).isEqualTo(303);
        reticent.provider().misbehave(Misbehaviour.Callback.ISSUER_OF_ANOTHER);
        gateway.assertRefused(gateway.browser().signIn(reticent.page()), 400, "sign_in_issuer_mismatch");
    }

    @Test
    void gatewayIsReadyMeanwhileAndAskedAgainLater() {
        gateway.assertRefused(gateway.browser().open(late.page()), 503, "provider_unavailable");
        gateway.assertServed(gateway.browser().open("/open/x"));
        assertThat(gateway.fixture().admin("/readyz").status()).isEqualTo(200);
        late.provider().behave();
        await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(50)).until(() -> gateway.browser().open(late.page()).status() == 302);
    }
}
