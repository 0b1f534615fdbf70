package dev.sallyport.server.cli.keys;

import dev.sallyport.server.cli.failure.CommandFailure;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a new key stands for and when it holds. */
final class KeyTerms {
    /** RFC 6749 §3.3: no space, no quote, no backslash. */
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    @Option(names = "--subject", required = true, paramLabel = "S", description = "Whom the key stands for; several keys may share a subject.")
    private String subject = "";

    @Option(names = "--id", paramLabel = "ID", description = "The key's public id; made up by default.")
    private @Nullable String id;

    @Option(names = "--scope", paramLabel = "X", description = "A scope that the key grants; may be repeated.")
    private List<String> scopes = List.of();

    @Option(names = "--not-before", paramLabel = "T", converter = MomentText.class,
            description = "When it begins to hold: 2027-01-31T12:00:00Z, 2027-01-31, or 2h from now.")
    private @Nullable Instant notBefore;

    @Option(names = "--expires", paramLabel = "T|90d", converter = MomentText.class,
            description = "When it ceases to hold: a time as above, or a duration from now.")
    private @Nullable Instant expires;

    String subject() {
        if (subject.isBlank() || subject.chars().anyMatch(Character::isISOControl)) {
            throw CommandFailure.inWhatWasGiven("--subject must not be blank or hold control characters");
        }
        return subject;
    }

    Optional<String> id() {
        return Optional.ofNullable(id);
    }

    Set<String> scopes() {
        for (String scope : scopes) {
            if (!SCOPE.matcher(scope).matches()) {
                throw CommandFailure.inWhatWasGiven("'" + scope + "' is no scope: give one at a time, without spaces, quotes and backslashes");
            }
        }
        return new LinkedHashSet<>(scopes);
    }

    KeyDates dates() {
        return new KeyDates(Optional.ofNullable(notBefore), Optional.ofNullable(expires));
    }
}
