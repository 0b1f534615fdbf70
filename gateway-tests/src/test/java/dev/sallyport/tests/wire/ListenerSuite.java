package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.pki.ClientHello;
import dev.sallyport.tests.harness.pki.TestPki;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ListenerSuite {
    private static final String CONFIG = """
            listeners:
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key }, { certificate: tls/other.pem, key: tls/other.key } ]
                limits: { headerTimeout: 500ms, idleTimeout: 500ms, maxConnections: 20 }
              strict:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
                  minVersion: "1.3"
                  clientCertificate: { mode: required, ca: tls/clients-ca.pem }
              http:
                bind: 127.0.0.1:0
                redirectToHttps: true
                httpsPort: 8443
              led:
                bind: 127.0.0.1:0
                redirectToHttps: true
              open:
                bind: 0.0.0.0:0
              lifted:
                bind: 0.0.0.0:0
                insecureAllowPlaintextCredentials: true
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
              payments:
                hmac: { scheme: body, header: X-Signature-256, timestampHeader: X-Timestamp, secrets: { a: secret-0123456789 } }
            upstreams:
              orders: { targets: [ "@upstream@" ] }
            routes:
              a: { match: { host: api.example.com, path: /a/** }, auth: none, upstream: orders }
              k: { match: { host: api.example.com, path: /k/** }, auth: partners, upstream: orders }
              h: { match: { host: api.example.com, path: /h/** }, auth: payments, upstream: orders }
              wild: { match: { host: "*.wild.example", path: /a/** }, auth: none, upstream: orders }
            """;
    private final Fixture fixture = new Fixture();

    ListenerSuite() {
        TestPki.Leaf other = fixture.pki().server("other.example.com", "*.wild.example");
        fixture.write("tls/other.pem", other.certificatePem());
        fixture.write("tls/other.key", other.keyPem());
        fixture.write("api-keys.yaml", "keys: []\n");
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    private RawClient tls(String listener, String name, String... protocols) {
        return RawClient.tls(fixture.gateway().port(listener), fixture.pki().trusting(), name, protocols);
    }

    @Test
    void tls12And13AreSpokenAndOlderOnesAreNot() {
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            try (RawClient client = tls("https", "api.example.com", protocol)) {
                assertThat(client.tlsSocket().getSession().getProtocol()).isEqualTo(protocol);
                assertThat(client.exchange(get("/a/x")).status()).isEqualTo(200);
            }
        }
        byte[] old = ClientHello.tls11();
        try (RawClient client = RawClient.plain(fixture.gateway().port("https"))) {
            byte[] answer = client.send(old).readBytes(5);
            assertThat(answer[0]).describedAs("an alert").isEqualTo((byte) 21);
        }
    }

    @Test
    void aListenerMayAskForTls13Alone() {
        assertThatThrownBy(() -> tls("strict", "api.example.com", "TLSv1.2")).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aRequiredClientCertificateIsRequired() {
        int port = fixture.gateway().port("strict");
        try (RawClient client = RawClient.tls(port, fixture.pki().presenting(fixture.pki().client("CN=c")), "api.example.com")) {
            assertThat(client.exchange(get("/a/x")).status()).isEqualTo(200);
        }
        assertThatThrownBy(() -> {
            try (RawClient client = tls("strict", "api.example.com")) {
                client.exchange(get("/a/x"));
            }
        }).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void theCertificateIsPickedByServerName() throws SSLPeerUnverifiedException {
        assertThat(subjectFor("api.example.com")).isEqualTo("CN=api.example.com");
        assertThat(subjectFor("other.example.com")).isEqualTo("CN=other.example.com");
        assertThat(subjectFor("x.wild.example")).isEqualTo("CN=other.example.com");
    }

    private String subjectFor(String name) throws SSLPeerUnverifiedException {
        try (RawClient client = tls("https", name)) {
            return ((X509Certificate) client.tlsSocket().getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
        }
    }

    @Test
    void theHybridGroupIsPreferred() {
        try (RawClient client = RawClient.plain(fixture.gateway().port("https"))) {
            client.send(ClientHello.offeringHybridWithoutShare("api.example.com"));
            assertThat(ClientHello.groupAskedFor(client)).describedAs("X25519MLKEM768").isEqualTo(0x11EC);
        }
    }

    @Test
    void plainHttpRedirectsOnlyToHostsThatRoutesName() {
        Reply reply = fixture.exchange(get("/a/x?q=%2F"));
        assertThat(reply.status()).isEqualTo(308);
        assertThat(reply.field("Location")).contains("https://api.example.com:8443/a/x?q=%2F");
        assertThat(fixture.exchange(lines("GET /a/x HTTP/1.1", "Host: z.wild.example")).field("Location")).contains("https://z.wild.example:8443/a/x");
        for (String host : new String[] {"evil.test", "api.example.com.evil.test", "api.example.com@evil.test", "wild.example"}) {
            Reply refused = fixture.exchange(lines("GET /a/x HTTP/1.1", "Host: " + host));
            assertThat(refused.status()).describedAs(host).isIn(400, 404);
            assertThat(refused.field("Location")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Authorization: Bearer some-token", "Authorization: Basic eDp5", "authorization:", "X-API-Key: some-key-0123456789", "x-api-key: a, b",
        "X-Signature-256: sha256=00"
    })
    void aCredentialIsNeverRedirectedWhateverRouteReadsIt(String credential) {
        for (String target : new String[] {"/a/x", "/k/x", "/h/x", "/nowhere"}) {
            Reply reply = fixture.exchange(get(target, credential));
            assertThat(reply.status()).describedAs(target).isEqualTo(403);
            assertThat(reply.field("Location")).isEmpty();
            assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("https_required");
        }
    }

    @Test
    void aCredentialInTheUrlIsNeverRedirected() {
        Reply reply = fixture.exchange(get("/k/x?API_key=some-key-0123456789"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.field("Location")).isEmpty();
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("credentials_in_url");
    }

    @Test
    void aRedirectNamesThePortThatTheTlsListenerTook() {
        try (RawClient client = RawClient.plain(fixture.gateway().port("led"))) {
            assertThat(client.exchange(get("/a/x")).field("Location")).contains("https://api.example.com:" + fixture.gateway().port("https") + "/a/x");
        }
    }

    @Test
    void anAddressIsAnnouncedAsItWasWritten() {
        assertThat(fixture.gateway().awaitEvent(event -> event.path("listener").asText().equals("open")).path("address").asText())
                .isEqualTo("0.0.0.0");
    }

    @Test
    void aRedirectNeverCarriesASplitHeader() {
        Reply reply = fixture.exchange(get("/a/%0d%0aSet-Cookie:%20a=b"));
        assertThat(reply.field("Set-Cookie")).isEmpty();
        assertThat(reply.status()).isIn(308, 400);
    }

    @Test
    void credentialsOverPlainHttpFromTheNetworkAreRefused() {
        try (RawClient client = RawClient.plain(fixture.gateway().port("open"))) {
            Reply reply = client.exchange(get("/k/x", "X-API-Key: some-key-0123456789"));
            assertThat(reply.status()).isEqualTo(403);
            assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("https_required");
            assertThat(client.exchange(get("/a/x")).status()).isEqualTo(200);
        }
        try (RawClient client = RawClient.plain(fixture.gateway().port("lifted"))) {
            assertThat(client.exchange(get("/k/x", "X-API-Key: some-key-0123456789")).status()).isEqualTo(401);
        }
    }

    @Test
    void plainBytesOnATlsPortHarmNobody() {
        try (RawClient client = RawClient.plain(fixture.gateway().port("https"))) {
            client.send(get("/a/x"));
            client.closedByPeer();
        }
        try (RawClient client = RawClient.plain(fixture.gateway().port("https"))) {
            client.send(new byte[] {22, 3, 1, 127, 127, 1, 0, 127, 127, 127});
            client.closedByPeer();
        }
        try (RawClient client = tls("https", "api.example.com")) {
            assertThat(client.exchange(get("/a/x")).status()).isEqualTo(200);
        }
    }

    @Test
    void aHandshakeThatStallsIsClosed() {
        try (RawClient client = RawClient.plain(fixture.gateway().port("https"))) {
            assertThat(client.closedByPeer()).isTrue();
        }
    }
}
