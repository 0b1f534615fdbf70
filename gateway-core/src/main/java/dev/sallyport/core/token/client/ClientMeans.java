package dev.sallyport.core.token.client;

import dev.sallyport.core.auth.certificate.CertificateAuthenticator;
import dev.sallyport.core.jose.KeyMaterial;
import java.util.List;
import java.util.Optional;

/**
 * By what a client can prove who it is. In the place of means with which it is not registered stands what nobody has, so
 * that whatever is presented is compared with something, and no stopwatch tells which clients there are.
 *
 * @param sha256 of secrets, each of 32 bytes
 */
public record ClientMeans(List<byte[]> sha256, List<KeyMaterial> keys, Optional<CertificateAuthenticator> certificates) {
    static final ClientMeans NONE = new ClientMeans(Decoy.SHA256, Decoy.KEYS, Optional.empty());

    public static ClientMeans ofSecrets(List<byte[]> sha256) {
        return new ClientMeans(List.copyOf(sha256), Decoy.KEYS, Optional.empty());
    }

    public static ClientMeans ofKeys(List<KeyMaterial> keys) {
        return new ClientMeans(Decoy.SHA256, List.copyOf(keys), Optional.empty());
    }

    public static ClientMeans ofCertificates(CertificateAuthenticator names) {
        return new ClientMeans(Decoy.SHA256, Decoy.KEYS, Optional.of(names));
    }
}
