package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.jose.TokenSigner;
import dev.sallyport.core.port.FileInputs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Key material of every kind, made on the spot and found by its file name in whatever folder; other files must be put here. */
public final class MadeFiles implements FileInputs {
    private static final MadeAuthority SERVERS = new MadeAuthority("Servers");
    public static final MadeAuthority CLIENTS = new MadeAuthority("Clients");
    private static final Map<String, String> MATERIAL = material();

    private final Map<Path, byte[]> files = new HashMap<>();

    public MadeFiles with(String path, String text) {
        files.put(Path.of(path), text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    static String material(String name) {
        return Optional.ofNullable(MATERIAL.get(name)).orElseThrow();
    }

    @Override
    public Content read(Path path) {
        byte[] bytes = files.get(path);
        if (bytes != null) {
            return new Content.Bytes(bytes.clone());
        }
        if (path.getParent() != null && path.getParent().endsWith("secrets")) {
            return new Content.Bytes("0123456789abcdef0123456789abcdef\n".getBytes(StandardCharsets.UTF_8));
        }
        return Optional.ofNullable(MATERIAL.get(String.valueOf(path.getFileName())))
                .<Content>map(text -> new Content.Bytes(text.getBytes(StandardCharsets.UTF_8)))
                .orElse(new Content.Unreadable("there is no such file"));
    }

    @Override
    public Optional<List<Path>> list(Path path) {
        return Optional.empty();
    }

    private static Map<String, String> material() {
        Map<String, String> material = new HashMap<>();
        for (String name : List.of("api", "shop", "gateway")) {
            MadeAuthority.Leaf leaf = SERVERS.server(name + ".example.com");
            material.put(name + ".pem", leaf.certificatePem());
            material.put(name + ".key", leaf.keyPem());
        }
        material.put("authority.pem", SERVERS.pem());
        material.put("clients-ca.pem", CLIENTS.pem());
        material.put("ca.pem", CLIENTS.pem());
        material.put("clients.crl", CLIENTS.revocationListPem());
        material.put("public.pem", MadeAuthority.publicKeyPem());
        material.put("jwks.json", MadeAuthority.jwks());
        material.put("ec-jwks.json", TokenSigner.generate("k2").publicKeys());
        material.put("revoked.yaml", "tokens: [{ jti: stolen }]\n");
        material.put("clients.yaml", "clients: [{ id: app, secrets: [\"sha256:" + "0a".repeat(32) + "\"], audiences: [api], refreshTokens: true }]\n");
        material.put("api-keys.yaml", "keys: [{ id: a, hash: \"sha256:" + "0a".repeat(32) + "\", subject: acme, scopes: [read] }]\n");
        return material;
    }
}
