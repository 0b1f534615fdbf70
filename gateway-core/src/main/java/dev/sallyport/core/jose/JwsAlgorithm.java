package dev.sallyport.core.jose;

import java.util.Arrays;
import java.util.Optional;

/**
 * The signature algorithms that are taken (RFC 7518 §3.1, RFC 8037 §3.1). {@code none} is not among them, and neither is
 * anything that decrypts.
 */
public enum JwsAlgorithm {
    RS256("RS256", Family.RSA, "SHA256withRSA", 256),
    RS384("RS384", Family.RSA, "SHA384withRSA", 384),
    RS512("RS512", Family.RSA, "SHA512withRSA", 512),
    PS256("PS256", Family.RSA_PSS, "RSASSA-PSS", 256),
    PS384("PS384", Family.RSA_PSS, "RSASSA-PSS", 384),
    PS512("PS512", Family.RSA_PSS, "RSASSA-PSS", 512),
    ES256("ES256", Family.EC, "SHA256withECDSAinP1363Format", 256),
    ES384("ES384", Family.EC, "SHA384withECDSAinP1363Format", 384),
    ES512("ES512", Family.EC, "SHA512withECDSAinP1363Format", 512),
    /** Ed25519 only. */
    EDDSA("EdDSA", Family.ED25519, "Ed25519", 512),
    HS256("HS256", Family.HMAC, "HmacSHA256", 256),
    HS384("HS384", Family.HMAC, "HmacSHA384", 384),
    HS512("HS512", Family.HMAC, "HmacSHA512", 512);

    /** Which kind of key an algorithm takes. */
    public enum Family { RSA, RSA_PSS, EC, ED25519, HMAC }

    private final String label;
    private final Family family;
    private final String standardName;
    private final int hashBits;

    JwsAlgorithm(String label, Family family, String standardName, int hashBits) {
        this.label = label;
        this.family = family;
        this.standardName = standardName;
        this.hashBits = hashBits;
    }

    /** The value of {@code alg}, case-sensitive. */
    public String label() {
        return label;
    }

    public Family family() {
        return family;
    }

    /** The name by which {@code java.security} knows it. */
    String standardName() {
        return standardName;
    }

    /** Width of the hash within; an HMAC key must be at least as wide (RFC 7518 §3.2). */
    public int hashBits() {
        return hashBits;
    }

    public static Optional<JwsAlgorithm> find(String label) {
        return Arrays.stream(values()).filter(algorithm -> algorithm.isNamed(label)).findFirst();
    }

    /** Whether an {@code alg} means this one; RFC 9864 §2.2 calls by its own name what EdDSA is here. */
    public boolean isNamed(String other) {
        return label.equals(other) || (this == EDDSA && other.equals("Ed25519"));
    }
}
