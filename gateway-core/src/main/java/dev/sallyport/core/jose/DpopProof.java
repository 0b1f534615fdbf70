package dev.sallyport.core.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A proof that its sender holds a private key (RFC 9449 §4.2), well formed but not yet verified.
 *
 * @param thumbprint of the key in it (RFC 7638), base64url of SHA-256
 */
public record DpopProof(CompactJws jws, KeyMaterial.Verification key, String thumbprint) {
    /** Asymmetric all of them (RFC 9449 §4.3, check 5). */
    public static final List<JwsAlgorithm> ALGORITHMS = List.of(
            JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.EDDSA, JwsAlgorithm.PS256, JwsAlgorithm.RS256);

    private static final String TYPE = "dpop+jwt";

    /** What reading gave. */
    public sealed interface Parsed {
        record Proof(DpopProof proof) implements Parsed {}

        /** {@code why} is one clause for the log. */
        record Malformed(String why) implements Parsed {}
    }

    public static Parsed parse(String text) {
        return switch (CompactJws.parse(text)) {
            case CompactJws.Parsed.Malformed(String why) -> new Parsed.Malformed(why);
            case CompactJws.Parsed.Token(CompactJws jws) -> read(jws, header(text));
        };
    }

    /** Read again where it was well formed before. */
    private static Map<String, Object> header(String text) {
        return StrictBase64.decode(text.substring(0, text.indexOf('.'))).flatMap(StrictJson::object).orElse(Map.of());
    }

    private static Parsed read(CompactJws jws, Map<String, Object> header) {
        if (!jws.type().equals(Optional.of(TYPE))) {
            return new Parsed.Malformed("its `typ` is not " + TYPE);
        }
        Optional<JwsAlgorithm> algorithm = JwsAlgorithm.find(jws.algorithm()).filter(ALGORITHMS::contains);
        if (algorithm.isEmpty()) {
            return new Parsed.Malformed("its `alg` is none of " + ALGORITHMS);
        }
        if (!(header.get("jwk") instanceof Map<?, ?> members)) {
            return new Parsed.Malformed("it has no `jwk`");
        }
        if (PublicJwk.holdsSecret(members)) {
            return new Parsed.Malformed("its `jwk` is not a public key alone");
        }
        return bind(jws, algorithm.get(), members).<Parsed>map(Parsed.Proof::new)
                .orElseGet(() -> new Parsed.Malformed("its `jwk` is no public key that fits its `alg`"));
    }

    private static Optional<DpopProof> bind(CompactJws jws, JwsAlgorithm algorithm, Map<?, ?> members) {
        try {
            JWK jwk = PublicJwk.parse(members);
            Optional<PublicKey> key = jwk instanceof AsymmetricJWK ? PublicJwk.keyOf(jwk) : Optional.empty();
            String thumbprint = jwk.computeThumbprint().toString();
            return key.filter(fit -> KeyFit.fits(algorithm, fit))
                    .map(fit -> new DpopProof(jws, new KeyMaterial.Verification(Optional.empty(), algorithm, fit), thumbprint));
        } catch (ParseException | JOSEException | RuntimeException _) {
            // Nimbus throws IllegalStateException and others for some broken keys.
            return Optional.empty();
        }
    }

    public boolean verifies() {
        return JwsVerifier.verifies(key, jws);
    }
}
