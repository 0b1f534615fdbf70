package dev.sallyport.core.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.state.revocation.RevocationList;
import dev.sallyport.core.state.revocation.RevokedCredentials;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationFileTest {
    private static final Instant NOW = Requests.NOW;

    private final Problems problems = new Problems();

    @Test
    void tokensAreCalledBackByTheirIdForEverOrUntilTheyEnd() {
        RevocationList revoked = read("tokens: [{ jti: a }, { jti: b, until: 2026-11-23T12:00:01Z }, { jti: c, until: 2026-11-23T12:00:00Z }]");
        assertThat(problems.list()).isEmpty();
        assertThat(covers(revoked, new RevocationHandle.TokenId("a"))).isTrue();
        assertThat(covers(revoked, new RevocationHandle.TokenId("b"))).isTrue();
        assertThat(covers(revoked, new RevocationHandle.TokenId("c"))).isFalse();
        assertThat(covers(revoked, new RevocationHandle.TokenId("A"))).isFalse();
        assertThat(covers(revoked, new RevocationHandle.KeyId("a"))).isFalse();
    }

    @Test
    void subjectsOlderTokensAreCalledBackAndNewerOnesAreNot() {
        RevocationList revoked = read("subjects: [{ subject: anna, issuedBefore: 2026-11-23T12:00:00Z }]");
        assertThat(covers(revoked, new RevocationHandle.SubjectIssued("anna", NOW.minusSeconds(1)))).isTrue();
        assertThat(covers(revoked, new RevocationHandle.SubjectIssued("anna", NOW))).isFalse();
        assertThat(covers(revoked, new RevocationHandle.SubjectIssued("ben", NOW.minusSeconds(1)))).isFalse();
    }

    @Test
    void ofTwoLinesTheStricterHolds() {
        RevocationList revoked = read("""
                tokens: [{ jti: a }, { jti: a, until: 2020-01-01T00:00:00Z }]
                subjects:
                  - { subject: anna, issuedBefore: 2026-11-23T12:00:00Z }
                  - { subject: anna, issuedBefore: 2020-01-01T00:00:00Z }
                """);
        assertThat(covers(revoked, new RevocationHandle.TokenId("a"))).isTrue();
        assertThat(covers(revoked, new RevocationHandle.SubjectIssued("anna", NOW.minusSeconds(1)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "{}", "# nothing\n", "tokens: []", "tokens: []\nsubjects: []"})
    void emptyFileRevokesNothing(String text) {
        RevocationList read = read(text);
        assertThat(read instanceof RevokedCredentials revoked ? revoked.all() : List.of()).isEmpty();
        assertThat(problems.list()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "token: [{ jti: a }]", "tokens: [a]", "tokens: [{ jit: a }]", "tokens: [{}]", "tokens: [{ jti: a, until: tomorrow }]", "subjects: [{ subject: a }]",
        "tokens: [{ jti: a }", "tokens: { jti: a }", "- a", "tokens: [{ jti: a }]\ntokens: [{ jti: b }]", "\0", "&a [*a]",
    })
    void whatCannotBeReadIsAProblemWithItsPlaceAndNotAnEmptyList(String text) {
        read(text);
        assertThat(problems.list()).isNotEmpty().extracting(ConfigProblem::toString).allMatch(line -> line.startsWith("/revoked.yaml:1:") || line.startsWith("/revoked.yaml:2:"));
    }

    @Test
    void fileCutShortIsAProblemWhereverItIsCut() {
        String whole = "tokens: [{ jti: \"stolen\", until: 2027-01-01T00:00:00Z }]";
        for (int end = "tokens: [".length(); end < whole.length(); end++) {
            Problems found = new Problems();
            RevocationFile.read(Path.of("/revoked.yaml"), whole.substring(0, end).getBytes(StandardCharsets.UTF_8), found);
            assertThat(found.list()).as(whole.substring(0, end)).isNotEmpty();
        }
    }

    private RevocationList read(String text) {
        return RevocationFile.read(Path.of("/revoked.yaml"), text.getBytes(StandardCharsets.UTF_8), problems);
    }

    private static boolean covers(RevocationList revoked, RevocationHandle handle) {
        return revoked.covers(List.of(handle), NOW);
    }
}
