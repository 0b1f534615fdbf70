package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.FullDisk;
import dev.sallyport.tests.harness.Json;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.provider.LogoutTokens;
import dev.sallyport.tests.harness.token.Tokens;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A provider's log-out reaches the tokens that it gave to others than the gateway, at once and for good. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoggedOutTokenSuite {
    private static final String CONFIG = """
            authenticators:
              people: { oidc: { @provider@ } }
              apps: { jwt: { issuer: "@issuer@", audiences: [api], algorithms: [ES256], keys: { file: jwks.json } } }
              mail: { jwt: { issuer: "@issuer@", audiences: [mail], algorithms: [ES256], keys: { file: jwks.json }, subjectClaim: email } }
              opaque: { introspection: { endpoint: "@issuer@/introspect", insecureAllowHttp: true, audiences: [api], client: { id: gateway, secret: x } } }
            revocation: { journal: revocations.journal }
            routes:
              pages: { match: { path: /app/** }, auth: people, upstream: main }
              apps: { match: { path: /apps/** }, auth: apps, upstream: main }
              mail: { match: { path: /mail/** }, auth: mail, upstream: main }
            """;

    private final OidcGateway gateway = begin();
    private final LogoutTokens tokens = gateway.provider().logoutTokens();

    private static OidcGateway begin() {
        OidcGateway made = new OidcGateway(CONFIG);
        made.fixture().word("issuer", made.provider().issuer());
        made.fixture().write("jwks.json", "{\"keys\":[" + made.provider().keys().ec().toPublicJWK() + "]}");
        return made.start();
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @BeforeEach
    void settle() {
        gateway.settle();
    }

    /** Of a native app, say, which signed the user in by itself. */
    private String token(String subject, String sid) {
        return Tokens.sign(gateway.provider().keys().ec(), "ES256", new JWTClaimsSet.Builder().issuer(gateway.provider().issuer()).audience(List.of("api", "mail"))
                .subject(subject).claim("email", subject + "@example.com").claim("sid", sid).issueTime(Tokens.inSeconds(-5)).expirationTime(Tokens.inSeconds(600)).build());
    }

    private Reply call(String path, String token) {
        try (RawClient client = gateway.fixture().tls()) {
            return client.exchange(Requests.get(path, "Authorization: Bearer " + token));
        }
    }

    private void assertCalledBack(String path, String token) {
        gateway.fixture().upstream().forget();
        gateway.assertRefused(call(path, token), 401, "token_revoked");
    }

    private Reply logOut(JWTClaimsSet.Builder claims) {
        return BackChannel.post(gateway, "/oauth2/backchannel", tokens.signed(claims));
    }

    @Test
    void tokensOfASessionAndOfASubjectAreCalledBackAtOnceAndStayItWhenTheProcessIsKilled() {
        String ofSession = token("ada", "sid-1");
        String ofSubject = token("bob", "sid-2");
        String untouched = token("ada", "sid-3");
        for (String each : List.of(ofSession, ofSubject, untouched)) {
            gateway.assertServed(call("/apps/a", each));
            gateway.assertServed(call("/apps/a", each));
        }
        assertThat(logOut(tokens.ofSession("sid-1")).status()).isEqualTo(200);
        assertThat(logOut(tokens.ofSubject("bob")).status()).isEqualTo(200);
        assertCalledBack("/apps/a", ofSession);
        assertCalledBack("/apps/a", ofSubject);
        gateway.assertServed(call("/apps/a", untouched));
        gateway.fixture().gateway().kill();
        gateway.start();
        assertCalledBack("/apps/a", ofSession);
        assertCalledBack("/apps/a", ofSubject);
        gateway.assertServed(call("/apps/a", untouched));
    }

    /** Also beside an introspection, whose tokens may live for ever: about those the provider itself is asked again. */
    @Test
    void logOutOfASessionHasAnEnd() {
        assertThat(logOut(tokens.ofSession("sid-5")).status()).isEqualTo(200);
        String kept = gateway.fixture().admin("/revocations", OidcGateway.ADMIN).text();
        assertThat(Json.parse(kept).path("revocations")).filteredOn(each -> each.path("name").asText().startsWith("sid-5 "))
                .singleElement().satisfies(each -> assertThat(each.has("at")).as(kept).isTrue());
    }

    /** The provider names its users in one way, whatever claim the gateway shows to upstreams. */
    @Test
    void userIsFoundByTheProvidersNameThoughAnotherClaimIsTheSubject() {
        String token = token("carol", "sid-4");
        gateway.assertServed(call("/mail/a", token));
        assertThat(logOut(tokens.ofSubject("carol")).status()).isEqualTo(200);
        assertCalledBack("/mail/a", token);
    }

    /** A provider that is told 503 tells it again, with the very same token. */
    @Test
    void logOutThatTheDiskDoesNotTakeIsNotAcknowledgedAndCanBeToldAgain() {
        JWTClaimsSet.Builder told = tokens.ofSubject("dora");
        try (FullDisk _ = FullDisk.of(gateway.fixture().gateway())) {
            gateway.assertRefused(logOut(told), 503, "state_unavailable");
        }
        assertThat(logOut(told).status()).isEqualTo(200);
        gateway.assertRefused(logOut(told), 400, "logout_token_invalid");
    }
}
