package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.config.ListenerConfig.CertificateConfig;
import dev.sallyport.core.config.ListenerConfig.ClientCertificateConfig;
import dev.sallyport.core.config.ListenerConfig.ClientCertificateMode;
import dev.sallyport.core.config.ListenerConfig.MinVersion;
import dev.sallyport.core.config.ListenerConfig.TlsConfig;
import dev.sallyport.core.config.pem.PemFile;
import dev.sallyport.core.gateway.TlsPlan;
import dev.sallyport.core.gateway.TlsPlan.ClientCertificates;
import dev.sallyport.core.gateway.TlsPlan.ServerCertificate;
import dev.sallyport.core.gateway.compile.draft.Draft;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a TLS listener presents and asks for. */
final class TlsCompiler {
    private static final byte[] PROBE = "do these two belong together?".getBytes(StandardCharsets.US_ASCII);

    private final Draft draft;

    TlsCompiler(Draft draft) {
        this.draft = draft;
    }

    Optional<TlsPlan> compile(String path, TlsConfig config) {
        if (config.certificates().isEmpty()) {
            draft.problem(path + ".certificates", "at least one is needed");
        }
        List<ServerCertificate> certificates = new ArrayList<>();
        for (int i = 0; i < config.certificates().size(); i++) {
            certificate(path + ".certificates[" + i + "]", config.certificates().get(i)).ifPresent(certificates::add);
        }
        Optional<ClientCertificates> clients = clients(path + ".clientCertificate", config.clientCertificate());
        TlsPlan.MinVersion oldest =
                config.minVersion() == MinVersion.TLS_1_2 ? TlsPlan.MinVersion.TLS_1_2 : TlsPlan.MinVersion.TLS_1_3;
        return clients.filter(_ -> !certificates.isEmpty()).map(asked -> new TlsPlan(List.copyOf(certificates), oldest, asked));
    }

    private Optional<ServerCertificate> certificate(String path, CertificateConfig config) {
        Optional<List<X509Certificate>> chain = draft.file(path + ".certificate", config.certificate(), PemFile::certificates);
        Optional<PrivateKey> key = draft.file(path + ".key", config.key(), PemFile::privateKey);
        if (chain.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        X509Certificate leaf = chain.get().getFirst();
        if (!belongTogether(leaf.getPublicKey(), key.get())) {
            draft.problem(path + ".key", config.key() + " is not the key of the first certificate in " + config.certificate());
            return Optional.empty();
        }
        if (leaf.getNotAfter().toInstant().isBefore(draft.ports().clock().instant())) {
            draft.unusual(path + ".certificate", config.certificate() + " expired on " + leaf.getNotAfter().toInstant());
        }
        return Optional.of(new ServerCertificate(chain.get(), key.get()));
    }

    private Optional<ClientCertificates> clients(String path, ClientCertificateConfig config) {
        if (config.mode() == ClientCertificateMode.NONE || config.mode() == ClientCertificateMode.BOUND) {
            if (config.ca().isPresent() || config.crl().isPresent()) {
                draft.problem(path + ".mode", "`" + config.mode().name().toLowerCase(Locale.ROOT) + "` trusts no authority, so `ca` and `crl` have no use");
            }
            return Optional.of(config.mode() == ClientCertificateMode.NONE ? new ClientCertificates.NotAsked() : new ClientCertificates.Bound());
        }
        if (config.insecureAllowStaleCrl()) {
            draft.insecure(path + ".insecureAllowStaleCrl", "revoked certificates may pass once the revocation list is out of date");
        }
        if (config.ca().isEmpty()) {
            draft.problem(path, "`ca` is missing: which authorities may vouch for clients?");
        }
        Optional<Path> ca = config.ca();
        return ca.flatMap(file -> draft.file(path + ".ca", file, PemFile::certificates))
                .map(authorities -> config.mode() == ClientCertificateMode.REQUIRED
                        ? new ClientCertificates.Required(authorities)
                        : new ClientCertificates.Optional(authorities));
    }

    /** By signing and verifying, which holds for every kind of key. */
    private static boolean belongTogether(PublicKey certified, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "Ed25519";
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
