package dev.sallyport.tests.harness.idp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.pki.TestPki;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;

/** Keycloak with the realm of {@code keycloak/realm.json}, over TLS with a certificate of an authority of its own. */
public final class KeycloakServer implements AutoCloseable {
    /** It takes half a minute on a quiet machine, and builds itself anew at its first start. */
    private static final Duration START = Duration.ofMinutes(5);

    static final String FORM = "Content-Type: application/x-www-form-urlencoded";
    private static final int PATIENCE_MILLIS = 60_000;
    private final TestPki pki = new TestPki("Provider's authority");
    private final TestPki.Leaf certificate = pki.server("localhost");
    private final int port = freePort();
    private final KeycloakEngine engine;
    private final KeycloakAdmin admin = new KeycloakAdmin(this);

    private static final class Shared {
        private static final KeycloakServer SERVER = new KeycloakServer();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
        }
    }

    private KeycloakServer() {
        this.engine = KeycloakEngine.start(port, Map.of(
                "conf/server.pem", certificate.certificatePem(), "conf/server.key", certificate.keyPem(), "conf/authority.pem", pki.pem(),
                "data/import/realm.json", realm()));
        Awaitility.await().atMost(START).pollInterval(Duration.ofMillis(200)).until(() -> !engine.alive() || answers());
        if (!engine.alive()) {
            throw new AssertionError("Keycloak ended; its log:\n" + engine.log());
        }
    }

    /** The one that all suites of a run share; it is started when it is first asked for, and ends with the run. */
    public static KeycloakServer shared() {
        return Shared.SERVER;
    }

    private static String realm() {
        try (InputStream realm = Objects.requireNonNull(KeycloakServer.class.getResourceAsStream("/keycloak/realm.json"))) {
            return new String(realm.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        try {
            return send(pki.trusting(), "GET", "/realms/sallyport/.well-known/openid-configuration", "").status() == 200;
        } catch (UncheckedIOException e) {
            return false; // nobody listens yet
        }
    }

    /** Signs its certificate, and is trusted by it for clients and for servers that it calls. */
    public TestPki pki() {
        return pki;
    }

    public TestPki.Leaf certificate() {
        return certificate;
    }

    public KeycloakAdmin admin() {
        return admin;
    }

    public String log() {
        return engine.log();
    }

    public String issuer() {
        return "https://localhost:" + port + "/realms/sallyport";
    }

    /** One of its OpenID Connect endpoints, such as {@code token}. */
    public String endpoint(String name) {
        return issuer() + "/protocol/openid-connect/" + name;
    }

    /** The members of its JWK Set. */
    public List<JsonNode> keys() {
        return send(pki.trusting(), "GET", "/realms/sallyport/protocol/openid-connect/certs", "").json().path("keys").valueStream().toList();
    }

    /** Calls an endpoint with these form fields, name and value in turns. */
    public Reply post(String endpoint, String... form) {
        return post(pki.trusting(), endpoint, "", form);
    }

    /** As {@link #post(String, String...)}, over this context and with one more field line, or none if it is empty. */
    public Reply post(SSLContext context, String endpoint, String field, String... form) {
        return send(context, "POST", "/realms/sallyport/protocol/openid-connect/" + endpoint, form(form), field, FORM);
    }

    /** What the token endpoint gives for these form fields. */
    public JsonNode tokens(String... form) {
        return granted(post("token", form));
    }

    public static JsonNode granted(Reply reply) {
        if (reply.status() != 200) {
            throw new AssertionError("no token: " + reply);
        }
        return reply.json();
    }

    /** One request on a connection of its own; all of it is ASCII. */
    Reply send(SSLContext context, String method, String path, String content, String... fields) {
        List<String> head = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1", "Host: localhost:" + port));
        head.add("Content-Length: " + content.length());
        head.addAll(List.of(fields));
        try (RawClient client = RawClient.tls(port, context, "localhost").patience(PATIENCE_MILLIS)) {
            return client.exchange(Requests.lines(head.toArray(String[]::new)) + content);
        }
    }

    static String form(String... namesAndValues) {
        StringJoiner form = new StringJoiner("&");
        for (int index = 0; index < namesAndValues.length; index += 2) {
            form.add(URLEncoder.encode(namesAndValues[index], UTF_8) + "=" + URLEncoder.encode(namesAndValues[index + 1], UTF_8));
        }
        return form.toString();
    }

    @Override
    public void close() {
        engine.close();
    }
}
