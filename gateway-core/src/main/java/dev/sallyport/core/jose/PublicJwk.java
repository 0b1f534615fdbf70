package dev.sallyport.core.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JWK (RFC 7517 §4) that somebody else wrote, read for its public half alone. */
final class PublicJwk {
    /** SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410 §4). */
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final List<String> PUBLIC_MEMBERS = List.of("kty", "use", "key_ops", "alg", "kid", "n", "e", "crv", "x", "y");

    /** Members of a private or symmetric key (RFC 7518 §6). */
    private static final List<String> SECRET_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    private PublicJwk() {}

    /** Throws what Nimbus throws for broken keys, not only {@link ParseException}. */
    static JWK parse(Map<?, ?> members) throws ParseException {
        return JWK.parse(publicMembers(members));
    }

    static boolean holdsSecret(Map<?, ?> members) {
        return SECRET_MEMBERS.stream().anyMatch(members::containsKey);
    }

    static Optional<PublicKey> keyOf(JWK jwk) {
        try {
            if (!(jwk instanceof OctetKeyPair pair)) {
                return Optional.of(((AsymmetricJWK) jwk).toPublicKey());
            }
            byte[] x = pair.getX().decode();
            if (!pair.getCurve().equals(Curve.Ed25519) || x.length != 32) {
                return Optional.empty();
            }
            byte[] encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + x.length);
            System.arraycopy(x, 0, encoded, ED25519_PREFIX.length, x.length);
            return Optional.of(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (JOSEException | GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    /** The public members alone: private ones are none of ours, certificates and addresses (x5c, x5u) are never used. */
    private static Map<String, Object> publicMembers(Map<?, ?> members) {
        Map<String, Object> kept = new HashMap<>();
        for (String name : PUBLIC_MEMBERS) {
            Object value = members.get(name);
            if (value != null && value != StrictJson.JsonNull.NULL) {
                kept.put(name, value);
            }
        }
        return kept;
    }
}
