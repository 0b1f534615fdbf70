package dev.sallyport.core.auth.binding;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** To what a token says that it is bound (RFC 7800 §3.1). */
sealed interface TokenBinding {
    record Unbound() implements TokenBinding {}

    /**
     * At least one of them.
     *
     * @param thumbprint of the key of its proofs (RFC 9449 §6.1)
     * @param certificate base64url of the SHA-256 of a client certificate (RFC 8705 §3.1)
     */
    record Bound(Optional<String> thumbprint, Optional<String> certificate) implements TokenBinding {}

    /** By means that are not known here; ignoring that would undo the protection that the issuer bought. */
    record Unknown() implements TokenBinding {}

    String THUMBPRINT = "jkt";
    String CERTIFICATE = "x5t#S256";

    /**
     * The rest of IANA's registry of JWT confirmation methods: bindings that nobody here would check. Members that are
     * registered nowhere bind nothing and are ignored beside one that is checked (RFC 7800 §3.1); Keycloak writes
     * {@code kc-jkt-type} there.
     */
    Set<String> UNCHECKED_METHODS = Set.of("jwk", "jwe", "kid", "jku", "osc");

    static TokenBinding of(Map<String, Object> claims) {
        // An introspected token of this type is bound even if the provider does not say to what (RFC 9449 §6.2).
        boolean isOfTypeDpop = claims.get("token_type") instanceof String type && type.equalsIgnoreCase("DPoP");
        if (!claims.containsKey("cnf")) {
            return isOfTypeDpop ? new Unknown() : new Unbound();
        }
        if (!(claims.get("cnf") instanceof Map<?, ?> members) || !Collections.disjoint(members.keySet(), UNCHECKED_METHODS)) {
            return new Unknown();
        }
        Optional<String> thumbprint = text(members.get(THUMBPRINT));
        Optional<String> certificate = text(members.get(CERTIFICATE));
        boolean isWhole = thumbprint.isPresent() == members.containsKey(THUMBPRINT) && certificate.isPresent() == members.containsKey(CERTIFICATE);
        boolean isBound = thumbprint.isPresent() || (certificate.isPresent() && !isOfTypeDpop);
        return isWhole && isBound ? new Bound(thumbprint, certificate) : new Unknown();
    }

    private static Optional<String> text(@Nullable Object value) {
        return value instanceof String text && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    }
}
