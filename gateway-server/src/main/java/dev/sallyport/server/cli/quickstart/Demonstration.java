package dev.sallyport.server.cli.quickstart;

import dev.sallyport.core.auth.apikey.ApiKeyFormat;
import dev.sallyport.core.config.file.ApiKeyFileWriter;
import dev.sallyport.core.config.file.ClientFileWriter;
import dev.sallyport.core.state.ApiKeyEntry.Activity;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.core.token.client.ClientEntry.Proof;
import dev.sallyport.core.token.client.ClientEntry.RefreshTokens;
import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.core.token.client.ClientSecretFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The quickstart's folder: a configuration with one route a pattern, and credentials for it, good ones and others. */
public final class Demonstration {
    private static final String SCOPE = "read:demo";
    private static final String CONFIG = "quickstart.yaml";
    /** These are written in the shipped file. */
    private static final int PREFERRED_PORT = 8443;
    private static final int PREFERRED_ADMIN_PORT = 9901;
    private static final int WRITTEN_UPSTREAM_PORT = 9000;
    private static final int SECRET_BYTES = 32;

    private final DemoFolder folder;
    private final SecureRandom random = new SecureRandom();
    private final DemoTokens tokens;
    private final String apiKey = ApiKeyFormat.create("demo", random);
    private final String expiredKey = ApiKeyFormat.create("demo-old", random);
    private final String otherKey = ApiKeyFormat.create("demo-else", random);
    private final String clientSecret = ClientSecretFormat.create(random);
    private final byte[] webhookSecret = HexFormat.of().formatHex(bytes(SECRET_BYTES)).getBytes(StandardCharsets.US_ASCII);
    private final int port;
    private final int adminPort;

    private Demonstration(DemoFolder folder) throws IOException {
        this.folder = folder;
        this.tokens = DemoTokens.create(Instant.now(), SCOPE);
        this.port = FreePort.preferring(PREFERRED_PORT);
        this.adminPort = FreePort.preferring(PREFERRED_ADMIN_PORT);
    }

    /** Writes everything that the configuration names. */
    public static Demonstration write(DemoFolder folder, int upstreamPort) throws IOException {
        Demonstration demonstration = new Demonstration(folder);
        demonstration.writeCertificates();
        demonstration.writeSecrets();
        folder.write(CONFIG, demonstration.config(upstreamPort));
        return demonstration;
    }

    public Path config() {
        return folder.root().resolve(CONFIG);
    }

    /** Lines to try, in the order of the patterns. */
    public List<Attempt> attempts() {
        return new DemoAttempts(folder.root(), port, tokens, apiKey, expiredKey, clientSecret, webhookSecret).all();
    }

    private void writeCertificates() throws IOException {
        DemoAuthority authority = DemoAuthority.create();
        folder.write("tls/ca.pem", authority.pem());
        writeLeaf("tls/api", authority.server());
        writeLeaf("tls/orders", authority.client("CN=orders", "spiffe://demo.example/ns/shop/sa/orders"));
        writeLeaf("tls/orders-expired", authority.expiredClient("CN=orders", "spiffe://demo.example/ns/shop/sa/orders"));
        writeLeaf("tls/stranger", authority.client("CN=stranger", "spiffe://demo.example/ns/shop/sa/stranger"));
    }

    private void writeLeaf(String name, DemoAuthority.Leaf leaf) throws IOException {
        folder.write(name + ".pem", leaf.certificatePem());
        folder.write(name + ".key", leaf.keyPem());
    }

    private void writeSecrets() throws IOException {
        Instant now = Instant.now();
        ByteArrayOutputStream keys = new ByteArrayOutputStream();
        ApiKeyFileWriter.write(
                List.of(
                        key("demo", apiKey, Optional.empty()),
                        key("demo-old", expiredKey, Optional.of(now.minus(Duration.ofDays(1)))),
                        key("demo-else", otherKey, Optional.empty())),
                keys);
        folder.write("api-keys.yaml", keys.toString(StandardCharsets.UTF_8));
        folder.write("clients.yaml", new String(ClientFileWriter.write(List.of(client())), StandardCharsets.UTF_8));
        folder.write("ec-jwks.json", tokens.publicKeys());
        folder.write("secrets/webhook", new String(webhookSecret, StandardCharsets.US_ASCII));
        folder.write("secrets/admin", HexFormat.of().formatHex(bytes(SECRET_BYTES)));
        folder.write("event.json", "{\"event\":\"paid\",\"order\":42}");
    }

    private static ApiKeyEntry key(String id, String key, Optional<Instant> expiresAt) {
        return new ApiKeyEntry(id, ApiKeyFormat.sha256(key), "demo-partner", Set.of(SCOPE), Optional.empty(), expiresAt, Activity.ACTIVE);
    }

    private ClientEntry client() {
        Proof secret = new Proof.Secrets(List.of(HexFormat.of().formatHex(ClientSecretFormat.sha256(clientSecret))));
        return new ClientEntry(
                "demo-service", secret, Set.of("quickstart-services"), Set.of(SCOPE), Set.of(), RefreshTokens.ISSUED, ClientEntry.Activity.ACTIVE);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The shipped file with the ports that are free here; it is part of the program, so that no folder must be found. */
    private String config(int upstreamPort) throws IOException {
        try (InputStream shipped = Demonstration.class.getResourceAsStream(CONFIG)) {
            return new String(Objects.requireNonNull(shipped, CONFIG).readAllBytes(), StandardCharsets.UTF_8)
                    .replace(loopback(PREFERRED_PORT), loopback(port))
                    .replace(loopback(PREFERRED_ADMIN_PORT), loopback(adminPort))
                    .replace(loopback(WRITTEN_UPSTREAM_PORT), loopback(upstreamPort));
        }
    }

    private static String loopback(int port) {
        return "127.0.0.1:" + port;
    }
}
