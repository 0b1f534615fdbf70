package dev.sallyport.core.jose;

import dev.sallyport.core.port.Secret;
import java.security.PublicKey;
import java.util.Optional;

/**
 * One key for exactly one algorithm (RFC 8725 §3.1). Public and shared keys are different types, so that verifying an
 * HMAC under the bytes of a public key cannot even be written.
 */
public sealed interface KeyMaterial {

    Optional<String> keyId();

    JwsAlgorithm algorithm();

    /** The public half: it checks signatures and can make none. */
    record Verification(Optional<String> keyId, JwsAlgorithm algorithm, PublicKey key) implements KeyMaterial {
        public Verification {
            if (!KeyFit.fits(algorithm, key)) {
                throw new IllegalArgumentException("a key of " + key.getAlgorithm() + " does not fit " + algorithm.label());
            }
        }
    }

    /** A secret that both sides hold; whoever can check can sign too. */
    record Shared(Optional<String> keyId, JwsAlgorithm algorithm, Secret secret) implements KeyMaterial {
        public Shared {
            if (algorithm.family() != JwsAlgorithm.Family.HMAC) {
                throw new IllegalArgumentException("a shared secret does not fit " + algorithm.label());
            }
            if (secret.length() * Byte.SIZE < algorithm.hashBits()) {
                throw new IllegalArgumentException(
                        algorithm.label() + " needs a secret of " + algorithm.hashBits() / Byte.SIZE + " bytes or more (RFC 7518 §3.2); this one has " + secret.length());
            }
        }
    }
}
