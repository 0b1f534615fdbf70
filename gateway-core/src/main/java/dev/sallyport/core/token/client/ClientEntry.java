package dev.sallyport.core.token.client;

import dev.sallyport.core.auth.certificate.AllowedName;
import java.util.List;
import java.util.Set;

/**
 * A client of the token service as it is registered.
 *
 * @param id public; it goes into tokens and logs
 * @param audiences for which it may ask tokens
 * @param introspects audiences whose tokens it may ask about
 */
public record ClientEntry(
        String id, Proof proof, Set<String> audiences, Set<String> scopes, Set<String> introspects, RefreshTokens refreshTokens, Activity activity) {

    /** By what it proves who it is; one means alone, so that none is weaker than another. */
    public sealed interface Proof {
        /** {@code client_secret_basic}, {@code client_secret_post}: by SHA-256 in lower-case hexadecimal; several while one replaces the other. */
        record Secrets(List<String> sha256) implements Proof {}

        /**
         * {@code private_key_jwt}.
         *
         * @param text PEM blocks, or a JWK Set
         */
        record PublicKeys(String text) implements Proof {}

        /** {@code tls_client_auth}. */
        record Certificates(List<AllowedName> names) implements Proof {}
    }

    public enum RefreshTokens { NONE, ISSUED }

    public enum Activity { ACTIVE, REVOKED }
}
