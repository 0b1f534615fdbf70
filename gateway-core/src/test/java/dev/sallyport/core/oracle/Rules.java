package dev.sallyport.core.oracle;

import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A configuration, as far as a decision depends on it. */
public record Rules(List<RouteRule> routes, Map<String, CredentialRule> credentials) {

    /**
     * @param host exact, or {@code *.name} for all below
     * @param auth absent for everybody
     * @param claims claim to the value that it must have or hold
     */
    public record RouteRule(
            String name, Optional<String> host, String path, Set<String> methods, Map<String, String> headers,
            Optional<Chain> auth, Set<String> scopes, Map<String, String> claims) {}

    /** Credentials joined. */
    public sealed interface Chain {
        record Named(String name) implements Chain {}

        record Any(List<Chain> members) implements Chain {}

        record All(List<Chain> members) implements Chain {}
    }

    /** What counts as good. */
    public sealed interface CredentialRule {
        record Keys(String header, List<KnownKey> keys) implements CredentialRule {}

        record Tokens(String issuer, String audience, TokenKey key) implements CredentialRule {}

        record Signed(String header, List<byte[]> secrets, Set<String> scopes) implements CredentialRule {}

        /** @param dnsName with {@code *} for one label */
        record Certificate(String dnsName, Set<String> scopes) implements CredentialRule {}
    }

    public record KnownKey(String id, String key, Set<String> scopes, Instant from, Instant until, boolean active) {}

    /** One key for one algorithm. */
    public sealed interface TokenKey {
        record Hs256(byte[] secret) implements TokenKey {}

        record Es256(PublicKey key) implements TokenKey {}
    }
}
