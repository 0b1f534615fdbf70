package dev.sallyport.core.gateway.compile.draft;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.config.GatewayConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig;
import dev.sallyport.core.config.oauth.TokenRequestConfig;
import dev.sallyport.core.key.JwksKeySource;
import dev.sallyport.core.key.KeySource;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.key.SigningRules;
import dev.sallyport.core.route.OwnPath;
import dev.sallyport.core.state.ReplayStore;
import dev.sallyport.core.state.revocation.RevocationLedger;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.token.refresh.RefreshFamilies;
import dev.sallyport.core.upstream.UpstreamCredentials;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a compilation was made from, and what of it outlives the snapshot where that did not change: authenticators with
 * their caches, the key sources behind them, and journals.
 *
 * @param digests of every file that was read
 */
public record LongLived(
        long generation, Optional<GatewayConfig> config, Map<Path, String> digests, Map<String, Made> authenticators, Optional<HeldLedger> revocations,
        Map<String, HeldRing> rings, Map<String, HeldTokens> tokens, Optional<HeldGrants> grants) {
    public static final LongLived NOTHING = new LongLived(0, Optional.empty(), Map.of(), Map.of(), Optional.empty(), Map.of(), Map.of(), Optional.empty());

    /** Credentials for an upstream that have tokens in hand. */
    public record HeldTokens(TokenRequestConfig config, Map<Path, String> inputs, UpstreamCredentials credentials) {}

    /**
     * What the token service remembers.
     *
     * @param file of the refresh tokens, where one is configured
     * @param spent assertions and proofs of its clients
     */
    public record HeldGrants(Optional<Path> file, Optional<RefreshFamilies> families, ReplayStore spent) {}

    /**
     * Keys of the gateway's own, and the rules that the ring follows while this is in force.
     *
     * @param file that keeps them, where one is configured
     */
    public record HeldRing(Optional<Path> file, SigningRules rules, SigningRing ring) {}

    /** Revocations that were called for, and the journal's file. */
    public record HeldLedger(Path file, RevocationLedger ledger) {}

    /** What an authenticator answers itself. */
    public interface OwnPaths {
        /** @param revocations of the gateway as a whole, to which its own are added */
        List<OwnPath> with(Revocations revocations);
    }

    /**
     * One authenticator, and all that it depends on.
     *
     * @param inputs digests of the files it was made from, but for the ones it can take up alive
     * @param paths that it answers itself; they go with one snapshot, while what they know goes on
     */
    public record Made(
            AuthenticatorConfig config, Map<Path, String> inputs, Authenticator authenticator, Optional<KeySource> keys, OwnPaths paths) {

        public Made(AuthenticatorConfig config, Map<Path, String> inputs, Authenticator authenticator, Optional<KeySource> keys) {
            this(config, inputs, authenticator, keys, _ -> List.of());
        }

        public boolean isOf(AuthenticatorConfig other, Map<Path, String> otherInputs) {
            return config.equals(other) && inputs.equals(otherInputs);
        }
    }

    public boolean isOf(GatewayConfig other, Map<Path, String> otherDigests) {
        return config.isPresent() && config.get().equals(other) && digests.equals(otherDigests);
    }

    public boolean hasRing(SigningRing ring) {
        return rings.values().stream().anyMatch(held -> held.ring().equals(ring));
    }

    /** At the end of the process: writes what waits. */
    public void close() {
        revocations.ifPresent(held -> held.ledger().close());
        rings.values().forEach(held -> held.ring().retire());
        grants.flatMap(HeldGrants::families).ifPresent(RefreshFamilies::close);
    }

    /** Authenticators whose keys are fetched, by name. */
    public Set<String> keyProviders() {
        Set<String> fetched = new TreeSet<>();
        authenticators.forEach((name, made) -> made.keys().filter(JwksKeySource.class::isInstance).ifPresent(_ -> fetched.add(name)));
        return fetched;
    }

    public Set<KeySource> keySources() {
        Set<KeySource> sources = Collections.newSetFromMap(new IdentityHashMap<>());
        authenticators.values().forEach(made -> made.keys().ifPresent(sources::add));
        return sources;
    }
}
