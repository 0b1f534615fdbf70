package dev.sallyport.core.config.pem;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PEM (RFC 7468). Everything that is wrong is an IllegalArgumentException with a clause for the operator that quotes nothing of the file. */
public final class PemFile {
    private static final int MAX_CHARACTERS = 16 << 20;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*+)-----END \\1-----");
    private static final byte[] VERSION_0 = {DerReader.INTEGER, 1, 0};
    /** AlgorithmIdentifier of rsaEncryption, RFC 8017 appendix A. */
    private static final byte[] RSA = {0x30, 0x0D, 0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00};
    /** OID id-ecPublicKey, RFC 5480 §2.1.1. */
    private static final byte[] EC = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private PemFile() {}

    private record Block(String label, byte[] der) {}

    /** The certificates, in the order of the file; at least one. */
    public static List<X509Certificate> certificates(byte[] file) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(file)) {
            if (block.label().equals("CERTIFICATE")) {
                certificates.add(certificate(block.der()));
            }
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("holds no certificate in PEM");
        }
        return List.copyOf(certificates);
    }

    /** The one private key: PKCS#8, PKCS#1 or SEC1. */
    public static PrivateKey privateKey(byte[] file) {
        List<Block> keys = blocks(file).stream().filter(block -> block.label().endsWith("PRIVATE KEY")).toList();
        if (keys.size() != 1) {
            throw new IllegalArgumentException("holds " + (keys.isEmpty() ? "no private key" : "several private keys") + " in PEM");
        }
        Block key = keys.getFirst();
        return pkcs8(switch (key.label()) {
            case "PRIVATE KEY" -> key.der();
            case "RSA PRIVATE KEY" -> DerReader.write(DerReader.SEQUENCE, VERSION_0, RSA, DerReader.write(DerReader.OCTETS, key.der()));
            case "EC PRIVATE KEY" -> wrappedSec1(key.der());
            default -> throw new IllegalArgumentException("holds an encrypted private key, which cannot be read");
        });
    }

    /** Revocation lists, in PEM or one in DER. */
    public static List<X509CRL> revocationLists(byte[] file) {
        List<Block> blocks = file.length > 0 && file[0] == DerReader.SEQUENCE ? List.of(new Block("X509 CRL", file)) : blocks(file);
        List<X509CRL> lists = new ArrayList<>();
        for (Block block : blocks) {
            if (block.label().equals("X509 CRL")) {
                lists.add(revocationList(block.der()));
            }
        }
        if (lists.isEmpty()) {
            throw new IllegalArgumentException("holds no certificate revocation list");
        }
        return List.copyOf(lists);
    }

    private static List<Block> blocks(byte[] file) {
        if (file.length > MAX_CHARACTERS) {
            throw new IllegalArgumentException("is larger than 16 MiB");
        }
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(new String(file, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), decode(matcher.group(2))));
        }
        return blocks;
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64.replaceAll("[\\r\\n\\t ]", ""));
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("holds a PEM block that is not base64, or is encrypted in the old way");
        }
    }

    private static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException _) {
            throw new IllegalArgumentException("holds a malformed certificate");
        }
    }

    private static X509CRL revocationList(byte[] der) {
        try {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
        } catch (CertificateException | CRLException _) {
            throw new IllegalArgumentException("holds a malformed certificate revocation list");
        }
    }

    private static PrivateKey pkcs8(byte[] der) {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException _) {
                // Another algorithm's key; the next one tries.
            }
        }
        throw new IllegalArgumentException("holds a private key that is malformed, or neither RSA, EC nor Ed25519");
    }

    /** SEC1 (RFC 5915) names the curve within the key, PKCS#8 wants it in front. */
    private static byte[] wrappedSec1(byte[] sec1) {
        DerReader key = new DerReader(new DerReader(sec1).read(DerReader.SEQUENCE));
        key.read(DerReader.INTEGER);
        key.read(DerReader.OCTETS);
        if (!key.hasMore() || key.peekTag() != DerReader.PARAMETERS) {
            throw new IllegalArgumentException("holds an EC key that does not name its curve");
        }
        byte[] curve = key.read(DerReader.PARAMETERS);
        return DerReader.write(
                DerReader.SEQUENCE,
                VERSION_0,
                DerReader.write(DerReader.SEQUENCE, EC, curve),
                DerReader.write(DerReader.OCTETS, sec1));
    }
}
