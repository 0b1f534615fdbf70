package dev.sallyport.tests.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.pki.TestPki;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of other makes, as they come: what they send without being told to passes every strict rule. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OtherClientsSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
                  clientCertificate: { mode: optional, ca: tls/clients-ca.pem }
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              mesh: { mtls: { allow: [ { subject: CN=orders } ] } }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            routes:
              mesh: { match: { path: /mesh/** }, auth: mesh, upstream: main }
              main: { match: { path: /** }, auth: none, upstream: main }
            """;
    private static final String BIG = "0123456789abcdef".repeat(1 << 16);
    private final Fixture fixture = new Fixture().start(CONFIG);

    OtherClientsSuite() {
        fixture.write("big", BIG);
        fixture.write("small", "a=b");
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
        fixture.upstream().on("/echo", call -> call.write(RecordingUpstream.ok(call.head().method().equals("HEAD") ? "" : call.content().text())));
    }

    /** One line of curl: its words, and what must arrive. */
    record Curl(String words, String method, String content) {}

    private static Stream<Curl> curls() {
        return Stream.of(
                new Curl("", "GET", ""), new Curl("--http1.0", "GET", ""), new Curl("--head", "HEAD", ""), new Curl("--compressed", "GET", ""),
                new Curl("--range 0-3", "GET", ""), new Curl("--cookie a=b;c=d", "GET", ""), new Curl("--user anna:secret", "GET", ""),
                new Curl("--request DELETE", "DELETE", ""), new Curl("--request OPTIONS", "OPTIONS", ""), new Curl("--request PATCH --data a=b", "PATCH", "a=b"),
                new Curl("--data a=b", "POST", "a=b"), new Curl("--data-binary @small", "POST", "a=b"), new Curl("--data-binary @big", "POST", BIG),
                new Curl("--data-binary @big --header Expect:", "POST", BIG), new Curl("--data-binary @small --header Expect:100-continue", "POST", "a=b"),
                new Curl("--data-binary @big --header Transfer-Encoding:chunked", "POST", BIG), new Curl("--upload-file big", "PUT", BIG),
                new Curl("--upload-file . --header Expect:", "PUT", ""), new Curl("--http1.0 --data a=b", "POST", "a=b"),
                new Curl("--header Connection:close", "GET", ""), new Curl("--get --data-urlencode q=\u00e4", "GET", ""));
    }

    @ParameterizedTest
    @MethodSource("curls")
    void curlIsServed(Curl curl) {
        for (String scheme : List.of("http", "https")) {
            fixture.upstream().forget();
            CommandLine.Outcome outcome = curl(Stream.of(curl.words().split(" ", -1)), url(scheme, "/echo"));
            assertThat(outcome.status()).as(outcome.err()).isZero();
            assertThat(outcome.out()).endsWith("200 1");
            assertArrived(curl.method(), curl.content());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tlsv1.2 --tls-max 1.2", "--tlsv1.3"})
    void curlShowsItsCertificateInEitherVersionOfTls(String version) {
        TestPki.Leaf orders = fixture.pki().client("CN=orders");
        fixture.write("orders.pem", orders.certificatePem());
        fixture.write("orders.key", orders.keyPem());
        CommandLine.Outcome outcome = curl(Stream.of((version + " --cert orders.pem --key orders.key").split(" ", -1)), url("https", "/mesh/x"));
        assertThat(outcome.out()).endsWith("200 1");
        assertThat(fixture.upstream().only("/mesh/x").field("X-Auth-Subject")).contains("CN=orders");
    }

    @Test
    void curlKeepsItsConnection() {
        CommandLine.Outcome outcome = curl(Stream.of(url("https", "/echo"), "-o", "second"), url("https", "/echo"));
        assertThat(outcome.out()).contains("200 1").endsWith("200 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
    void clientOfJavaIsServed(HttpClient.Version version) throws IOException, InterruptedException {
        for (String scheme : List.of("http", "https")) {
            try (HttpClient client = HttpClient.newBuilder().version(version).sslContext(fixture.pki().trusting()).build()) {
                HttpRequest.Builder echo = HttpRequest.newBuilder(URI.create(url(scheme, "/echo")));
                assertThat(text(client, echo.GET())).isEmpty();
                assertThat(text(client, echo.HEAD())).isEmpty();
                assertThat(text(client, echo.POST(HttpRequest.BodyPublishers.ofString(BIG)))).isEqualTo(BIG);
                assertThat(text(client, echo.expectContinue(true).PUT(HttpRequest.BodyPublishers.ofString("a=b")))).isEqualTo("a=b");
                HttpRequest.BodyPublisher chunked = HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(BIG.getBytes(StandardCharsets.ISO_8859_1)));
                assertThat(text(client, echo.expectContinue(false).POST(chunked))).isEqualTo(BIG);
                assertThat(together(client, echo.POST(HttpRequest.BodyPublishers.ofString("x")).build())).containsOnly("x").hasSize(50);
            }
        }
    }

    private static List<String> together(HttpClient client, HttpRequest request) {
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 50)
                .mapToObj(_ -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString())).toList();
        return answers.stream().map(answer -> answer.join().body()).toList();
    }

    private static String text(HttpClient client, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    @Test
    void clientsOfPythonAreServed() {
        assertThat(script("python3", """
                import http.client, ssl, sys, urllib.request
                tls = ssl.create_default_context(cafile='tls/clients-ca.pem')
                for connection in [http.client.HTTPConnection('localhost', int(sys.argv[1])), http.client.HTTPSConnection('localhost', int(sys.argv[2]), context=tls)]:
                    for method, body in [('GET', None), ('POST', b'a=b'), ('PUT', b'x' * 300000), ('POST', iter([b'one', b'two'])), ('DELETE', None)]:
                        connection.request(method, '/echo', body=body, encode_chunked=not isinstance(body, (bytes, type(None))),
                                           headers={} if isinstance(body, (bytes, type(None))) else {'Transfer-Encoding': 'chunked'})
                        answer = connection.getresponse()
                        print(answer.status, len(answer.read()))
                for url in ['http://localhost:' + sys.argv[1] + '/echo', 'https://localhost:' + sys.argv[2] + '/echo']:
                    with urllib.request.urlopen(urllib.request.Request(url, data=b'a=b'), context=tls if url.startswith('https') else None) as answer:
                        print(answer.status, len(answer.read()))
                """, "-c")).isEqualTo("200 0\n200 3\n200 300000\n200 6\n200 0\n".repeat(2) + "200 3\n200 3\n");
    }

    @Test
    void clientsOfNodeAreServed() {
        assertThat(script("node", """
                const http = require('http'), https = require('https'), fs = require('fs');
                const ca = fs.readFileSync('tls/clients-ca.pem');
                const send = (make, options, pieces) => new Promise((done, failed) => {
                  const request = make.request({ host: 'localhost', path: '/echo', ...options }, answer => {
                    let length = 0;
                    answer.on('data', data => length += data.length).on('end', () => { console.log(answer.statusCode, length); done(); });
                  }).on('error', failed);
                  pieces.forEach(piece => request.write(piece));
                  request.end();
                });
                (async () => {
                  for (const [make, port] of [[http, process.argv[1]], [https, process.argv[2]]]) {
                    const agent = new make.Agent({ keepAlive: true, ca });
                    await send(make, { agent, port, method: 'GET' }, []);
                    await send(make, { agent, port, method: 'POST' }, ['one', 'two']);
                    await send(make, { agent, port, method: 'PUT', headers: { 'Content-Length': 300000 } }, ['x'.repeat(300000)]);
                    agent.destroy();
                  }
                  const answer = await fetch('http://localhost:' + process.argv[1] + '/echo', { method: 'POST', body: 'a=b' });
                  console.log(answer.status, (await answer.text()).length);
                })();
                """, "-e")).isEqualTo("200 0\n200 6\n200 300000\n".repeat(2) + "200 3\n");
    }

    @ParameterizedTest
    @CsvSource({"http, --h1", "https, --h1", "http, --max-concurrent-streams=20", "https, --max-concurrent-streams=20"})
    void h2loadOfNghttp2IsServedOverBothVersions(String scheme, String version) {
        assumeInstalled("h2load");
        CommandLine.Outcome outcome = CommandLine.run(fixture.folder(), List.of("h2load", version, "-n", "400", "-c", "8", url(scheme, "/echo")));
        assertThat(outcome.out()).contains("400 succeeded, 0 failed, 0 errored", "400 2xx, 0 3xx, 0 4xx, 0 5xx");
    }

    private String script(String language, String text, String option) {
        assumeInstalled(language);
        String plain = Integer.toString(fixture.gateway().port("http"));
        String tls = Integer.toString(fixture.gateway().port("https"));
        CommandLine.Outcome outcome = CommandLine.run(fixture.folder(), List.of(language, option, text, plain, tls));
        assertThat(outcome.status()).as(outcome.err()).isZero();
        return outcome.out();
    }

    /** The status and the number of connections come last in its output. */
    private CommandLine.Outcome curl(Stream<String> words, String url) {
        assumeInstalled("curl");
        List<String> command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--cacert", "tls/clients-ca.pem", "--output", "answer", "--write-out", "%{http_code} %{num_connects}"));
        words.filter(word -> !word.isEmpty()).forEach(command::add);
        command.add(url);
        return CommandLine.run(fixture.folder(), command);
    }

    private void assertArrived(String method, String content) {
        Received received = fixture.upstream().only("/echo");
        assertThat(received.method()).isEqualTo(method);
        assertThat(received.text()).isEqualTo(content);
        assertThat(fixture.upstream().violations()).isEmpty();
    }

    private String url(String scheme, String path) {
        return scheme + "://localhost:" + fixture.gateway().port(scheme) + path;
    }

    private static void assumeInstalled(String command) {
        boolean isInstalled = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)).anyMatch(folder -> Path.of(folder, command).toFile().canExecute());
        Assumptions.assumeTrue(isInstalled, "not run: no " + command + " here");
    }
}
