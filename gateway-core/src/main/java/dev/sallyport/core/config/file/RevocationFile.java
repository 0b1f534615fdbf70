package dev.sallyport.core.config.file;

import dev.sallyport.core.config.bind.RecordReader;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.config.tree.TreeBounds;
import dev.sallyport.core.config.tree.YamlReader;
import dev.sallyport.core.state.RevokedTokens;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a revocation file says: tokens by {@code jti}, and subjects whose tokens were issued before some time. */
public record RevocationFile(
        @Doc("Tokens that are called back.") List<RevokedToken> tokens,
        @Doc("Subjects whose older tokens are called back.") List<RevokedSubject> subjects) {

    public record RevokedToken(
            @Doc("The token's `jti`.") String jti,
            @Doc("When the token is expired anyway, and this line may go.") Optional<Instant> until) {}

    public record RevokedSubject(
            @Doc("The token's subject.") String subject,
            @Doc("Tokens issued before this time are refused.") Instant issuedBefore) {}

    /** An empty file revokes nothing. */
    public static RevokedTokens read(Path file, byte[] bytes, Problems problems) {
        return YamlReader.verbatim(problems)
                .parse(file, bytes, TreeBounds.KEY_FILE)
                .flatMap(node -> RecordReader.read(node, RevocationFile.class, problems))
                .map(RevocationFile::compile)
                .orElse(RevokedTokens.NONE);
    }

    /** Of two lines for one token or subject the stricter holds. */
    private RevokedTokens compile() {
        Map<String, Instant> untilByToken = new HashMap<>();
        tokens.forEach(token -> untilByToken.merge(token.jti(), token.until().orElse(Instant.MAX), RevocationFile::later));
        Map<String, Instant> beforeBySubject = new HashMap<>();
        subjects.forEach(each -> beforeBySubject.merge(each.subject(), each.issuedBefore(), RevocationFile::later));
        return new RevokedTokens(Map.copyOf(untilByToken), Map.copyOf(beforeBySubject));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
