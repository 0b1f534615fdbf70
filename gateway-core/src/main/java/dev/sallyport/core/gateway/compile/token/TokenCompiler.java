package dev.sallyport.core.gateway.compile.token;

import dev.sallyport.core.config.oauth.AssertionConfig;
import dev.sallyport.core.gateway.compile.authenticator.ListenerCertificates;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.HeldGrants;
import dev.sallyport.core.gateway.compile.draft.LongLived.HeldRing;
import dev.sallyport.core.gateway.compile.draft.LongLived;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.route.HostPattern;
import dev.sallyport.core.route.OwnPath;
import dev.sallyport.core.route.PathPattern;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.token.AssertionRules;
import dev.sallyport.core.token.IdentityAssertion;
import dev.sallyport.core.token.PublishedKeys;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the gateway signs, and where its keys are published. */
public final class TokenCompiler {
    static final String SERVICE_KEYS = "tokenService.signing";

    private static final String ASSERTION = "identity.assertion";
    private static final String ASSERTION_KEYS = ASSERTION + ".signing";
    private static final Duration LONGEST_ASSERTION = Duration.ofMinutes(5);

    private final Draft draft;
    private final Map<String, HeldRing> rings = new LinkedHashMap<>();
    private final Optional<IdentityAssertion> assertion;
    private final Optional<TokenServiceCompiler.Made> service;

    public TokenCompiler(Draft draft, LongLived before, ListenerCertificates certificates, Revocations revocations) {
        this.draft = draft;
        this.assertion = draft.config().identity().assertion().flatMap(config -> assertion(config, before));
        this.service = draft.config().tokenService().flatMap(config ->
                new TokenServiceCompiler(draft, before, certificates, revocations).compile(config));
        service.ifPresent(made -> rings.put(SERVICE_KEYS, made.ring()));
    }

    public Optional<IdentityAssertion> assertion() {
        return assertion;
    }

    /** By the place in the configuration. */
    public Map<String, HeldRing> rings() {
        return rings;
    }

    /** With which the token service signs. */
    public Optional<SigningRing> serviceKeys() {
        return service.map(made -> made.ring().ring());
    }

    public Optional<HeldGrants> grants() {
        return service.map(TokenServiceCompiler.Made::grants);
    }

    public List<OwnPath> paths() {
        Stream<OwnPath> keys = Optional.ofNullable(rings.get(ASSERTION_KEYS)).stream().map(held -> new OwnPath(
                "keys", ASSERTION, HostPattern.ANY, PathPattern.parse(PublishedKeys.PATH), Set.of("GET"), new PublishedKeys(List.of(held.ring()))));
        return Stream.concat(keys, service.stream().flatMap(made -> made.paths().stream())).toList();
    }

    private Optional<IdentityAssertion> assertion(AssertionConfig config, LongLived before) {
        draft.requirePositive(ASSERTION + ".lifetime", config.lifetime());
        if (config.lifetime().compareTo(LONGEST_ASSERTION) > 0) {
            draft.problem(ASSERTION + ".lifetime", "an upstream could use it elsewhere for as long; five minutes at most");
        }
        if (config.issuer().isBlank() || config.audience().filter(String::isBlank).isPresent()) {
            draft.problem(ASSERTION, "`issuer` and `audience` must not be empty");
        }
        AssertionRules rules = new AssertionRules(
                config.header(), config.issuer(), config.audience(), config.lifetime(), draft.config().identity().claims().keySet());
        Optional<HeldRing> ring = new SigningCompiler(draft, before).compile(ASSERTION_KEYS, config.signing(), config.lifetime());
        ring.ifPresent(held -> rings.put(ASSERTION_KEYS, held));
        return ring.map(held -> new IdentityAssertion(rules, held.ring(), draft.ports().worker()));
    }
}
