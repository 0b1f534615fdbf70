package dev.sallyport.core.gateway.compile.token;

import dev.sallyport.core.config.oauth.SigningConfig;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived;
import dev.sallyport.core.gateway.compile.draft.LongLived.HeldRing;
import dev.sallyport.core.gateway.compile.draft.Ports;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.key.SigningRules;
import dev.sallyport.core.port.Journals.Opened;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Keys of the gateway's own. Those in force go on, by whatever rules they come and go from now on: tokens that they signed are out. */
final class SigningCompiler {
    private static final Duration SHORTEST_USE = Duration.ofMinutes(10);

    private final Draft draft;
    private final LongLived before;

    SigningCompiler(Draft draft, LongLived before) {
        this.draft = draft;
        this.before = before;
    }

    /** @param longest life of what the keys sign */
    Optional<HeldRing> compile(String path, SigningConfig config, Duration longest) {
        if (config.rotateEvery().compareTo(SHORTEST_USE) < 0) {
            draft.problem(path + ".rotateEvery", "must be at least ten minutes: readers remember key sets for a while");
        }
        if (config.overlap().compareTo(longest) < 0) {
            draft.problem(path + ".overlap", "is shorter than what the keys sign lives");
        }
        if (config.keys().isEmpty()) {
            draft.unusual(path + ".keys", "is not given: the keys end with the process, and several gateways have one each");
        }
        SigningRules rules = new SigningRules(JwsAlgorithm.valueOf(config.algorithm().name()), config.rotateEvery(), config.overlap());
        Optional<SigningRing> held = Optional.ofNullable(before.rings().get(path)).filter(old -> old.file().equals(config.keys())).map(HeldRing::ring);
        Optional<SigningRing> ring = held.isPresent() || !draft.problems().isEmpty() ? held : make(path, config.keys(), rules);
        return ring.map(made -> new HeldRing(config.keys(), rules, made));
    }

    private Optional<SigningRing> make(String path, Optional<Path> file, SigningRules rules) {
        Ports ports = draft.ports();
        return file.isEmpty()
                ? Optional.of(SigningRing.inMemory(rules, ports.clock(), ports.scheduler(), ports.worker()))
                : open(path + ".keys", rules, file.get());
    }

    private Optional<SigningRing> open(String path, SigningRules rules, Path file) {
        Ports ports = draft.ports();
        return switch (ports.journals().open(file)) {
            case Opened.Unusable(String why) -> refused(path, file, why);
            case Opened.Ready(var journal, var records) -> {
                try {
                    yield Optional.of(SigningRing.kept(rules, journal, records, ports.clock(), ports.scheduler(), ports.worker()));
                } catch (IllegalArgumentException foreign) {
                    journal.close();
                    yield refused(path, file, String.valueOf(foreign.getMessage()));
                }
            }
        };
    }

    private Optional<SigningRing> refused(String path, Path file, String why) {
        draft.problem(path, "cannot use " + file + ": " + why);
        return Optional.empty();
    }
}
