package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.config.pem.PemFile;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.tls.OwnCertificate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Certificates of the gateway's own, each from two files. */
record CertificateFiles(Draft draft) {
    private static final byte[] PROBE = "do these two belong together?".getBytes(StandardCharsets.US_ASCII);

    /** @param path of the mapping that names both */
    Optional<OwnCertificate> read(String path, Path certificate, Path key) {
        Optional<List<X509Certificate>> chain = draft.file(path + ".certificate", certificate, PemFile::certificates);
        Optional<PrivateKey> privateKey = draft.file(path + ".key", key, PemFile::privateKey);
        if (chain.isEmpty() || privateKey.isEmpty()) {
            return Optional.empty();
        }
        X509Certificate leaf = chain.get().getFirst();
        if (!belongTogether(leaf.getPublicKey(), privateKey.get())) {
            draft.problem(path + ".key", key + " is not the key of the first certificate in " + certificate);
            return Optional.empty();
        }
        if (leaf.getNotAfter().toInstant().isBefore(draft.ports().clock().instant())) {
            draft.unusual(path + ".certificate", certificate + " expired on " + leaf.getNotAfter().toInstant());
        }
        return Optional.of(new OwnCertificate(chain.get(), privateKey.get()));
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
