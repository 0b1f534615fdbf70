package dev.sallyport.core.jose;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code PUBLIC KEY} and {@code CERTIFICATE} blocks (RFC 7468); such keys have no key id. */
public final class PemKeys {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]+?)-----END \\1-----");
    private static final List<String> KEY_TYPES = List.of("RSA", "EC", "Ed25519");

    private PemKeys() {}

    public static KeyList.Parsed read(byte[] pem, Set<JwsAlgorithm> allowed) {
        List<KeyMaterial> keys = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        while (blocks.find()) {
            String label = blocks.group(1);
            if (label.contains("PRIVATE")) {
                return new KeyList.Parsed.Malformed("it holds a private key, which has no business here");
            }
            Optional<PublicKey> key = publicKey(label, blocks.group(2));
            if (key.isEmpty()) {
                return new KeyList.Parsed.Malformed("a block `" + label + "` is not a readable public key or certificate");
            }
            List<JwsAlgorithm> algorithms = new ArrayList<>(KeyFit.candidates(key.get()));
            algorithms.retainAll(allowed);
            if (algorithms.isEmpty()) {
                leftOut.add(KeyFit.flaw(key.get()).orElse("none of the allowed algorithms fits a key of " + key.get().getAlgorithm()));
            }
            for (JwsAlgorithm algorithm : algorithms) {
                keys.add(new KeyMaterial.Verification(Optional.empty(), algorithm, key.get()));
            }
        }
        return keys.isEmpty() && leftOut.isEmpty()
                ? new KeyList.Parsed.Malformed("no PEM block `PUBLIC KEY` or `CERTIFICATE`")
                : new KeyList.Parsed.Keys(new KeyList(List.copyOf(keys), List.copyOf(leftOut)));
    }

    private static Optional<PublicKey> publicKey(String label, String base64) {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        return switch (label) {
            case "CERTIFICATE" -> certificateKey(der);
            case "PUBLIC KEY" -> KEY_TYPES.stream().flatMap(type -> decode(type, der).stream()).findFirst();
            default -> Optional.empty();
        };
    }

    private static Optional<PublicKey> certificateKey(byte[] der) {
        try {
            return Optional.of(CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)).getPublicKey());
        } catch (GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    private static Optional<PublicKey> decode(String type, byte[] der) {
        try {
            return Optional.of(KeyFactory.getInstance(type).generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException _) {
            return Optional.empty();
        }
    }
}
