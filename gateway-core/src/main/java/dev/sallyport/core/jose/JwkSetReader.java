package dev.sallyport.core.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a JWK Set (RFC 7517 §5) for verifying. One bad key does not spoil the set: it is left out and told. A key without
 * {@code alg} serves those allowed algorithms that fit its type, each as a key of its own.
 */
public final class JwkSetReader {
    /** Keys in one set; providers publish a handful. */
    static final int MAX_KEYS = 100;

    private final Set<JwsAlgorithm> allowed;
    private final List<KeyMaterial> taken = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    private JwkSetReader(Set<JwsAlgorithm> allowed) {
        this.allowed = allowed;
    }

    public static KeyList.Parsed read(byte[] json, Set<JwsAlgorithm> allowed) {
        Optional<Map<String, Object>> document = StrictJson.object(json);
        if (document.isEmpty() || !(document.get().get("keys") instanceof List<?> keys)) {
            return new KeyList.Parsed.Malformed("not a JSON object with an array `keys`");
        }
        if (keys.size() > MAX_KEYS) {
            return new KeyList.Parsed.Malformed(keys.size() + " keys; at most " + MAX_KEYS + " are taken");
        }
        JwkSetReader reader = new JwkSetReader(allowed);
        for (Object key : keys) {
            reader.take(key);
        }
        return new KeyList.Parsed.Keys(new KeyList(List.copyOf(reader.taken), List.copyOf(reader.leftOut)));
    }

    private void take(Object member) {
        if (!(member instanceof Map<?, ?> members)) {
            leaveOut(Optional.empty(), "no JSON object");
            return;
        }
        try {
            JWK jwk = PublicJwk.parse(members);
            Optional<String> keyId = Optional.ofNullable(jwk.getKeyID());
            unfit(jwk).ifPresentOrElse(why -> leaveOut(keyId, why), () -> bind(jwk, keyId));
        } catch (ParseException | RuntimeException _) {
            // Nimbus throws IllegalStateException and others for some broken keys; its messages can quote the key.
            leaveOut(Optional.empty(), "not a well-formed public JWK of a known type");
        }
    }

    private static Optional<String> unfit(JWK jwk) {
        if (!(jwk instanceof AsymmetricJWK)) {
            // An `oct` key in a public document is no secret; taking it would hand HMAC keys to everybody.
            return Optional.of("no public key");
        }
        if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
            return Optional.of("use=" + jwk.getKeyUse().identifier());
        }
        if (jwk.getKeyOperations() != null && !jwk.getKeyOperations().contains(KeyOperation.VERIFY)) {
            return Optional.of("key_ops without verify");
        }
        return Optional.empty();
    }

    private void bind(JWK jwk, Optional<String> keyId) {
        Optional<PublicKey> key = PublicJwk.keyOf(jwk);
        if (key.isEmpty()) {
            leaveOut(keyId, "not usable as a public key");
            return;
        }
        Optional<String> flaw = KeyFit.flaw(key.get());
        if (flaw.isPresent()) {
            leaveOut(keyId, flaw.get());
            return;
        }
        List<JwsAlgorithm> algorithms = new ArrayList<>(KeyFit.candidates(key.get()));
        algorithms.retainAll(allowed);
        if (jwk.getAlgorithm() != null) {
            algorithms.removeIf(algorithm -> !algorithm.isNamed(jwk.getAlgorithm().getName()));
        }
        if (algorithms.isEmpty()) {
            leaveOut(keyId, "its algorithm is not among the allowed ones");
        }
        for (JwsAlgorithm algorithm : algorithms) {
            // Which of two keys with one id is meant cannot be known; RFC 7517 §4.5 lets them share it across types only.
            if (keyId.isPresent() && !seen.add(algorithm + " " + keyId.get())) {
                leaveOut(keyId, "duplicate kid");
                return;
            }
            taken.add(new KeyMaterial.Verification(keyId, algorithm, key.get()));
        }
    }

    private void leaveOut(Optional<String> keyId, String why) {
        leftOut.add(keyId.map(id -> "`" + id + "`: ").orElse("") + why);
    }
}
