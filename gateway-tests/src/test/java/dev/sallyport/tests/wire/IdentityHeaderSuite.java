package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.token.ApiKeys;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a client sends can look like what the gateway says of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IdentityHeaderSuite {
    private static final String KEY = "X-API-Key: alice-key-0123456789";
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            @trusted@
            authenticators:
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
              others:
                apiKey: { header: X-Other-Key, store: { file: api-keys.yaml } }
            upstreams:
              orders: { targets: [ "@upstream@" ] }
              targeted: { targets: [ "@upstream@" ], host: target }
              named: { targets: [ "@upstream@" ], host: backend.internal }
            identity:
              headers: { keyId: X-Key, scopes: false }
              claims: { tenant: X-Auth-Tenant }
            routes:
              keys: { match: { path: /keys/** }, auth: { any: [partners, others] }, upstream: orders }
              open: { match: { path: /open/** }, auth: none, upstream: orders }
              targeted: { match: { path: /targeted }, auth: none, upstream: targeted }
              named: { match: { path: /named }, auth: none, upstream: named }
            """;
    private static final String UNTRUSTED = CONFIG.replace("@trusted@\n", "");
    private static final String TRUSTED = CONFIG.replace("@trusted@", "trustedProxies: [127.0.0.0/8]");

    private final Fixture fixture = new Fixture();

    IdentityHeaderSuite() {
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k1", "alice-key-0123456789", "alice", ""));
        fixture.start(UNTRUSTED);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
    }

    private Received forward(String path, String... fields) {
        assertThat(fixture.exchange(get(path, fields)).status()).isEqualTo(200);
        return fixture.upstream().only(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "X-Auth-Subject", "x-auth-subject", "X-AUTH-SUBJECT", "X_Auth_Subject", "x_auth-subject", "X.Auth.Subject", "X-Auth.Subject", "X~Auth~Subject",
        "X!Auth!Subject", "X|Auth|Subject", "X'Auth'Subject", "X-Auth-Method", "X_Auth_Method", "X-Auth-Authenticator", "X-Auth-Issuer", "X-Auth-Tenant",
        "x.auth_tenant", "X-Key", "X_Key",
    })
    void aClientsCopyOfAnIdentityHeaderIsRemovedInEverySpelling(String name) {
        for (String path : List.of("/open/a", "/keys/a")) {
            Received received = forward(path, name + ": forged", KEY, name + ": forged again");
            assertThat(received.fields()).noneMatch(field -> field.value().contains("forged"));
        }
    }

    @Test
    void headersAreRenamedAndLeftOutAsConfigured() {
        Received received = forward("/keys/b", KEY);
        assertThat(received.field("X-Key")).contains("k1");
        assertThat(received.values("X-Auth-Key-Id")).isEmpty();
        assertThat(received.values("X-Auth-Scopes")).isEmpty();
        assertThat(received.values("X-Auth-Subject")).containsExactly("alice");
    }

    @Test
    void trailersCannotCarryIdentity() {
        String request = lines("POST /keys/c HTTP/1.1", "Host: api.example.com", KEY, "Transfer-Encoding: chunked", "Trailer: X-Auth-Subject")
                + "2\r\nhi\r\n0\r\nX-Auth-Subject: root\r\nx_auth_method: root\r\nX-API-Key: stolen\r\nContent-Length: 7\r\nHost: root\r\nX-Checksum: ok\r\n\r\n";
        assertThat(fixture.exchange(request).status()).isEqualTo(200);
        Received received = fixture.upstream().only("/keys/c");
        assertThat(received.text()).isEqualTo("hi");
        assertThat(received.trailers()).noneMatch(field -> field.value().equals("root") || field.value().equals("stolen") || field.name().equalsIgnoreCase("Content-Length"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Connection: X-Auth-Subject", "Connection: close, x-auth-subject", "Connection: X-Forwarded-For", "Connection: X-Request-Id", "Connection: Content-Length",
        "Connection: Transfer-Encoding", "Connection: Host", "Connection: X-Auth-Method, X-Key, X-Forwarded-Proto, traceparent",
    })
    void connectionCannotNameAwayWhatTheGatewayAddsOrFraming(String connection) {
        String request = lines("POST /keys/d HTTP/1.1", "Host: api.example.com", KEY, "Content-Length: 5", connection) + "hello";
        assertThat(fixture.exchange(request).status()).isIn(200, 400);
        for (Received received : fixture.upstream().received()) {
            assertThat(received.field("X-Auth-Subject")).contains("alice");
            assertThat(received.field("X-Forwarded-For")).contains("127.0.0.1");
            assertThat(received.field("X-Forwarded-Proto")).contains("http");
            assertThat(received.field("X-Request-Id")).isPresent();
            assertThat(received.field("traceparent")).isPresent();
            assertThat(received.field("Host")).contains("api.example.com");
            assertThat(received.text()).isEqualTo("hello");
        }
        assertThat(fixture.upstream().violations()).isEmpty();
    }

    @Test
    void hopByHopHeadersAndThoseThatConnectionNamesAreRemoved() {
        Received received = forward("/open/e", "Connection: X-Hop, keep-alive", "X-Hop: 1", "Keep-Alive: timeout=5", "TE: trailers", "Proxy-Authorization: Basic eA==",
                "Proxy-Connection: keep-alive", "Upgrade: websocket", "X-End: 2");
        assertThat(received.foldedNames()).doesNotContain("x-hop", "keep-alive", "te", "proxy-authorization", "proxy-connection", "upgrade");
        assertThat(received.field("X-End")).contains("2");
    }

    @Test
    void everyCredentialLocationOfTheChainIsStrippedCheckedOrNot() {
        Received received = forward("/keys/f", KEY, "Cookie: a=b", "Authorization: Basic eA==");
        assertThat(received.foldedNames()).doesNotContain("x-api-key", "x-other-key");
        assertThat(received.field("Cookie")).contains("a=b");
        Received open = forward("/open/f", "Authorization: Basic eA==");
        assertThat(open.field("Authorization")).contains("Basic eA==");
    }

    @Test
    void aCredentialInAnotherSpellingOfItsHeaderDoesNotPass() {
        Received received = forward("/keys/g", KEY, "X_API_Key: sneaky", "x.api.key: sneaky");
        assertThat(received.foldedNames()).doesNotContain("x-api-key");
    }

    @Test
    void forwardingHeadersStartAfreshUnlessThePeerIsTrusted() {
        String[] claimed = {"X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.test", "Forwarded: for=1.2.3.4", "X_Forwarded_For: 9.9.9.9"};
        Received fresh = forward("/open/h", claimed);
        assertThat(fresh.values("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(fresh.values("X-Forwarded-Proto")).containsExactly("http");
        assertThat(fresh.values("X-Forwarded-Host")).containsExactly("api.example.com");
        assertThat(fresh.values("Forwarded")).isEmpty();
        assertThat(fresh.foldedNames()).filteredOn("x-forwarded-for"::equals).hasSize(1);
        fixture.reload(TRUSTED);
        Received trusted = forward("/open/i", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https");
        assertThat(trusted.values("X-Forwarded-For")).containsExactly("1.2.3.4, 127.0.0.1");
        assertThat(trusted.values("X-Forwarded-Proto")).containsExactly("https");
        Received contradicted = forward("/open/i2", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https", "X-Forwarded-Host: shop.test", "Forwarded: for=1.2.3.4;proto=https;host=evil.test");
        assertThat(contradicted.values("X-Forwarded-For")).containsExactly("1.2.3.4, 127.0.0.1");
        assertThat(contradicted.values("X-Forwarded-Proto")).containsExactly("http");
        assertThat(contradicted.values("X-Forwarded-Host")).containsExactly("api.example.com");
        fixture.reload(UNTRUSTED);
    }

    @Test
    void theHostIsPreservedReplacedOrNamed() {
        assertThat(forward("/open/j").field("Host")).contains("api.example.com");
        assertThat(forward("/targeted").field("Host")).contains("127.0.0.1:" + fixture.upstream().port());
        assertThat(forward("/named").field("Host")).contains("backend.internal");
    }

    @Test
    void aTraceIsContinuedAndARequestIdMade() {
        Received received = forward("/open/k", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertThat(received.values("traceparent")).singleElement().asString().matches("00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01");
        Received broken = forward("/open/l", "traceparent: 00-xyz", "X-Request-Id: a b\tc");
        assertThat(broken.values("traceparent")).singleElement().asString().matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
        assertThat(broken.values("X-Request-Id")).singleElement().asString().doesNotContain("a b");
    }

    @Test
    void otherHeadersPassUnchangedAndInOrder() {
        Received received = forward("/open/m", "X-B: 1", "x-a:two  words", "X-B: 3", "Accept: */*", "Cookie: q=\"x\"");
        assertThat(received.fields().stream().filter(field -> field.name().equals("X-B")).map(field -> field.value())).containsExactly("1", "3");
        assertThat(received.values("x-a")).containsExactly("two  words");
        assertThat(received.values("Cookie")).containsExactly("q=\"x\"");
    }
}
