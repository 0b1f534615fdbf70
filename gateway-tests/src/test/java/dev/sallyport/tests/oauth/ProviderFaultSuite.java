package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.provider.Browser;
import dev.sallyport.tests.harness.provider.Misbehaviour.Broken.How;
import dev.sallyport.tests.harness.provider.Misbehaviour.Broken;
import dev.sallyport.tests.harness.provider.Misbehaviour.Endpoint;
import dev.sallyport.tests.harness.provider.Misbehaviour;
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
              hasty: { oidc: { @provider@, userInfo: true, timeout: 500ms, callback: /hasty/cb, logout: /hasty/lo, backChannelLogout: /hasty/bc } }
            routes:
              app: { match: { path: /app/** }, auth: people, upstream: main }
              checked: { match: { path: /checked/** }, auth: checked, upstream: main }
              hasty: { match: { path: /hasty/** }, auth: hasty, upstream: main }
              open: { match: { path: /open/** }, auth: none, upstream: main }
            """;
    private static final String INVALID = "sign_in_answer_invalid";
    private static final String UNAVAILABLE = "provider_unavailable";
    private final OidcGateway gateway = new OidcGateway(CONFIG).start();

    @AfterAll
    void stop() {
        gateway.close();
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
            case SUBJECT_OF_ANOTHER, SUBJECT_MISSING, LONG -> gateway.assertRefused(reply, 502, INVALID);
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
        Reply provided = browser.follow(browser.open("/hasty/page"));
        gateway.provider().stall(endpoint);
        long start = System.nanoTime();
        gateway.assertRefused(browser.follow(provided), 503, UNAVAILABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
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
