package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.provider.Browser;
import dev.sallyport.tests.harness.provider.Misbehaviour.Broken.How;
import dev.sallyport.tests.harness.provider.Misbehaviour.Broken;
import dev.sallyport.tests.harness.provider.Misbehaviour.Endpoint;
import dev.sallyport.tests.harness.provider.Misbehaviour;
import dev.sallyport.tests.harness.provider.OpenIdProvider;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that lies, fails, stalls or is not there: nobody is signed in by it, and everybody is once it is well again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProviderFaultSuite {
    private static final String CONFIG = """
            authenticators:
              people: { oidc: { @provider@ } }
              checked: { oidc: { @provider@, userInfo: true, callback: /checked/cb, logout: /checked/lo, backChannelLogout: /checked/bc } }
              strangers: { oidc: { @stranger@, callback: /strangers/cb, logout: /strangers/lo, backChannelLogout: /strangers/bc } }
              keyless: { oidc: { @keyless@, callback: /keyless/cb, logout: /keyless/lo, backChannelLogout: /keyless/bc } }
            routes:
              app: { match: { path: /app/** }, auth: people, upstream: main }
              checked: { match: { path: /checked/** }, auth: checked, upstream: main }
              strangers: { match: { path: /strangers/** }, auth: strangers, upstream: main }
              keyless: { match: { path: /keyless/** }, auth: keyless, upstream: main }
              open: { match: { path: /open/** }, auth: none, upstream: main }
            """;
    private static final String INVALID = "sign_in_answer_invalid";
    private static final String UNAVAILABLE = "provider_unavailable";
    /** Wrong from the start in what is asked but once. */
    private final OpenIdProvider stranger = new OpenIdProvider();
    private final OpenIdProvider keyless = new OpenIdProvider();
    private final OidcGateway gateway = new OidcGateway(CONFIG).word("stranger", stranger).word("keyless", keyless);

    ProviderFaultSuite() {
        stranger.misbehave(Misbehaviour.Discovery.ISSUER_OF_ANOTHER);
        keyless.misbehave(new Broken(Endpoint.KEYS, How.FAILS));
        gateway.start();
    }

    @AfterAll
    void stop() {
        try {
            gateway.close();
        } finally {
            stranger.close();
            keyless.close();
        }
    }

    @BeforeEach
    void settle() {
        gateway.settle();
    }

    /** The provider is well, and then this way while it is asked. */
    private Reply signInWhile(Misbehaviour wrong, String target) {
        Browser browser = gateway.browser();
        Reply provided = browser.follow(browser.open(target));
        gateway.provider().misbehave(wrong);
        Reply back = browser.follow(provided);
        assertThat(gateway.provider().elsewhere()).isEmpty();
        assertThat(browser.call(target).status()).isEqualTo(401);
        return back;
    }

    @ParameterizedTest
    @EnumSource
    void idTokenThatDoesNotHoldSignsNobodyIn(Misbehaviour.IdToken wrong) {
        Reply reply = signInWhile(wrong, "/app/page");
        gateway.assertRefused(reply, 502, INVALID);
        assertThat(reply.text()).doesNotContain("nonce", "signature", "eyJ", "mallory");
    }

    @ParameterizedTest
    @EnumSource
    void tokenAnswerThatIsNoneSignsNobodyIn(Misbehaviour.TokenAnswer wrong) {
        Reply reply = signInWhile(wrong, "/app/page");
        switch (wrong) {
            case CODE_REFUSED -> gateway.assertRefused(reply, 403, "sign_in_refused");
            case CLIENT_REFUSED -> gateway.assertRefused(reply, 503, UNAVAILABLE);
            default -> gateway.assertRefused(reply, 502, INVALID);
        }
    }

    @ParameterizedTest
    @EnumSource
    void userInformationThatDisagreesSignsNobodyIn(Misbehaviour.UserInfo wrong) {
        Reply reply = signInWhile(wrong, "/checked/page");
        switch (wrong) {
            case SUBJECT_TWICE -> gateway.assertRefused(reply, 503, UNAVAILABLE);
            case SUBJECT_OF_ANOTHER, SUBJECT_MISSING -> gateway.assertRefused(reply, 502, INVALID);
        }
    }

    @ParameterizedTest
    @EnumSource
    void brokenTokenEndpointSignsNobodyIn(How how) {
        Reply reply = signInWhile(new Broken(Endpoint.TOKEN, how), "/app/page");
        gateway.assertRefused(reply, reply.status(), reply.status() == 502 ? INVALID : UNAVAILABLE);
        assertThat(reply.status()).isIn(502, 503);
    }

    @ParameterizedTest
    @EnumSource
    void brokenUserInformationSignsNobodyIn(How how) {
        Reply reply = signInWhile(new Broken(Endpoint.USERINFO, how), "/checked/page");
        gateway.assertRefused(reply, reply.status(), reply.status() == 502 ? INVALID : UNAVAILABLE);
        assertThat(reply.status()).isIn(502, 503);
    }

    @ParameterizedTest
    @EnumSource(names = {"TOKEN", "USERINFO"})
    void stallingEndpointHoldsTheBrowserForTheTimeoutAlone(Endpoint endpoint) {
        Browser browser = gateway.browser();
        Reply provided = browser.follow(browser.open("/checked/page"));
        gateway.provider().stall(endpoint);
        long start = System.nanoTime();
        gateway.assertRefused(browser.follow(provided), 503, UNAVAILABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        gateway.assertServed(browser.open("/open/x"));
    }

    @Test
    void providerThatIsDownAtTheCallbackIsUnavailableAndWellAgainLater() {
        Browser browser = gateway.browser();
        Reply provided = browser.follow(browser.open("/app/page"));
        gateway.provider().die();
        Reply reply = browser.follow(provided);
        gateway.provider().comeBack();
        gateway.assertRefused(reply, 503, UNAVAILABLE);
        assertThat(reply.field("Retry-After")).isPresent();
        gateway.assertServed(gateway.signedIn("patient", "/app/page").call("/app/x"));
    }

    @ParameterizedTest
    @EnumSource(names = {"ISSUER_OF_ANOTHER", "ISSUER_MISSING", "ISSUER_WITH_A_SLASH", "AUTHORIZATION_ENDPOINT_IN_SCRIPT", "TOKEN_ENDPOINT_MISSING"})
    void discoveryThatLiesSendsNobodyAnywhere(Misbehaviour.Discovery wrong) {
        stranger.misbehave(wrong);
        assertStrangerUnavailable();
    }

    @ParameterizedTest
    @EnumSource
    void brokenDiscoverySendsNobodyAnywhere(How how) {
        stranger.misbehave(new Broken(Endpoint.DISCOVERY, how));
        assertStrangerUnavailable();
        assertThat(stranger.elsewhere()).isEmpty();
    }

    /** A failure may be remembered for a moment: until the document was asked for anew. */
    private void assertStrangerUnavailable() {
        stranger.forget();
        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            Reply reply = gateway.browser().open("/strangers/page");
            gateway.assertRefused(reply, 503, UNAVAILABLE);
            return !stranger.asked(Endpoint.DISCOVERY).isEmpty();
        });
        gateway.assertRefused(gateway.browser().open("/strangers/page"), 503, UNAVAILABLE);
        gateway.assertRefused(gateway.browser().call("/strangers/page"), 401, "credentials_missing");
    }

    @Test
    void providerWithoutGoodKeysSignsNobodyIn() {
        for (How how : How.values()) {
            keyless.misbehave(new Broken(Endpoint.KEYS, how));
            Browser browser = gateway.browser();
            Reply back = browser.signIn("/keyless/page");
            assertThat(back.status()).as(how + ": " + back).isIn(502, 503);
            gateway.assertRefused(back, back.status(), gateway.reasonOf(back));
            assertThat(gateway.reasonOf(back)).isIn("keys_unavailable", UNAVAILABLE, INVALID);
        }
        assertThat(keyless.elsewhere()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {-3600, 3600})
    void clockThatIsFarOffSignsNobodyIn(long seconds) {
        gateway.provider().clockAhead(Duration.ofSeconds(seconds));
        try {
            Browser browser = gateway.browser();
            gateway.assertRefused(browser.signIn("/app/page"), 502, INVALID);
        } finally {
            gateway.provider().clockAhead(Duration.ZERO);
        }
    }

    @Test
    void gatewayIsReadyAndItsOtherRoutesServeMeanwhile() {
        gateway.assertServed(gateway.browser().open("/open/x"));
        assertThat(gateway.fixture().admin("/readyz").status()).isEqualTo(200);
        assertThat(gateway.fixture().gateway().everythingWritten()).doesNotContain("at-", "rt-", "s-of");
    }
}
