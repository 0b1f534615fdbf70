package dev.sallyport.core.token.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.port.Journal.Appended;
import dev.sallyport.core.port.Journals;
import dev.sallyport.core.state.JournalsInMemory;
import dev.sallyport.core.token.refresh.RefreshFamilies.Outcome;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshFamiliesTest {
    private static final Path FILE = Path.of("refresh.journal");
    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
    private static final Set<String> SCOPES = Set.of("read");
    private static final Set<String> AUDIENCES = Set.of("https://api.example");

    private final JournalsInMemory journals = new JournalsInMemory();
    private RefreshFamilies families = opened(NOW);

    private RefreshFamilies opened(Instant now) {
        Journals.Opened.Ready ready = (Journals.Opened.Ready) journals.open(FILE);
        return RefreshFamilies.of(_ -> ready.journal(), ready.records(), now);
    }

    private RefreshToken begun(String client) {
        return token(families.begin(client, SCOPES, AUDIENCES, NOW));
    }

    private RefreshToken rotated(RefreshToken token) {
        return token(families.rotate("app", token, NOW));
    }

    private static RefreshToken token(Outcome outcome) {
        return ((Outcome.Issued) outcome).token();
    }

    private void restart() {
        families = opened(NOW);
    }

    @Test
    void eachTokenIsGoodOnceAndTheNextTakesItsPlace() {
        RefreshToken first = begun("app");
        RefreshToken second = rotated(first);
        assertThat(second.family()).isEqualTo(first.family());
        assertThat(second.secret()).isNotEqualTo(first.secret());
        assertThat(families.findCurrent("app", first, NOW)).isEmpty();
        assertThat(families.findCurrent("app", second, NOW)).isPresent();
    }

    @Test
    void tokenThatWasReplacedEndsItsFamilyAndNoOther() {
        RefreshToken other = begun("app");
        RefreshToken first = begun("app");
        RefreshToken second = rotated(first);
        assertThat(families.rotate("app", first, NOW)).isInstanceOf(Outcome.Reused.class);
        assertThat(families.rotate("app", second, NOW)).isInstanceOf(Outcome.Unknown.class);
        assertThat(families.rotate("app", first, NOW)).isInstanceOf(Outcome.Unknown.class);
        assertThat(families.rotate("app", other, NOW)).isInstanceOf(Outcome.Issued.class);
    }

    @Test
    void anothersTokenIsUnknownAndHarmsNobody() {
        RefreshToken mine = begun("app");
        assertThat(families.rotate("other", mine, NOW)).isInstanceOf(Outcome.Unknown.class);
        assertThat(families.revoke("other", mine.family())).isEmpty();
        assertThat(families.find("other", mine.family(), NOW)).isEmpty();
        assertThat(families.rotate("app", mine, NOW)).isInstanceOf(Outcome.Issued.class);
    }

    @Test
    void familyEndsSevenDaysAfterItBeganHoweverOftenItIsRefreshed() {
        RefreshToken token = token(families.rotate("app", begun("app"), NOW.plus(RefreshFamilies.LIFETIME).minusSeconds(1)));
        assertThat(families.rotate("app", token, NOW.plus(RefreshFamilies.LIFETIME))).isInstanceOf(Outcome.Unknown.class);
        assertThat(families.findCurrent("app", token, NOW.plus(RefreshFamilies.LIFETIME))).isEmpty();
    }

    @Test
    void whatWasSpentOrRevokedStaysSoOverARestart() {
        RefreshToken first = begun("app");
        RefreshToken revoked = begun("app");
        RefreshToken second = rotated(first);
        assertThat(families.revoke("app", revoked.family())).isPresent();
        restart();
        assertThat(families.rotate("app", revoked, NOW)).isInstanceOf(Outcome.Unknown.class);
        assertThat(families.findCurrent("app", second, NOW)).map(RefreshFamily::scopes).contains(SCOPES);
        assertThat(families.findCurrent("app", second, NOW)).map(RefreshFamily::audiences).contains(AUDIENCES);
        assertThat(families.rotate("app", first, NOW)).isInstanceOf(Outcome.Reused.class);
        restart();
        assertThat(families.rotate("app", second, NOW)).isInstanceOf(Outcome.Unknown.class);
    }

    @Test
    void journalHoldsHashesAloneAndIsWrittenAnewWithTheLivingAlone() {
        RefreshToken first = begun("app");
        RefreshToken second = rotated(first);
        assertThat(String.join("\n", journals.kept.get(FILE))).contains(first.family()).doesNotContain(first.secret(), second.secret());
        assertThat(journals.live).hasSize(1);
        families.revoke("app", second.family());
        assertThat(journals.live).isEmpty();
    }

    @Test
    void clientPastItsBoundLosesItsOldestAlone() {
        RefreshToken others = begun("other");
        RefreshToken oldest = begun("app");
        RefreshToken next = begun("app");
        for (int each = 2; each < RefreshFamilies.MAX_PER_CLIENT; each++) {
            begun("app");
        }
        assertThat(families.findCurrent("app", oldest, NOW)).isPresent();
        begun("app");
        assertThat(families.findCurrent("app", oldest, NOW)).isEmpty();
        assertThat(families.findCurrent("app", next, NOW)).isPresent();
        assertThat(families.findCurrent("other", others, NOW)).isPresent();
        assertThat(families.size()).isEqualTo(RefreshFamilies.MAX_PER_CLIENT + 1);
    }

    @Test
    void rotationThatTheDiskDidNotTakeLeavesTheTokenGood() {
        RefreshToken first = begun("app");
        journals.failure = Optional.of("no space");
        assertUnkept(families.rotate("app", first, NOW));
        assertUnkept(families.rotate("app", first, NOW));
        assertThat(families.findCurrent("app", first, NOW)).isPresent();
        journals.failure = Optional.empty();
        RefreshToken second = rotated(first);
        assertThat(families.rotate("app", first, NOW)).isInstanceOf(Outcome.Reused.class);
        assertThat(families.findCurrent("app", second, NOW)).isEmpty();
    }

    @Test
    void familyThatEndedWhileTheDiskWasAskedStaysEnded() {
        Waiting journal = new Waiting();
        families = RefreshFamilies.of(_ -> journal, List.of(), NOW);
        RefreshToken first = begun("app");
        journal.answer(Appended.KEPT);
        RefreshToken never = rotated(first);
        assertThat(families.rotate("app", first, NOW)).isInstanceOf(Outcome.Reused.class);
        journal.answer(new Appended.NotKept("no space"));
        assertThat(families.rotate("app", first, NOW)).isInstanceOf(Outcome.Unknown.class);
        assertThat(families.rotate("app", never, NOW)).isInstanceOf(Outcome.Unknown.class);
        assertThat(families.size()).isZero();
    }

    @Test
    void beginningsThatTheDiskDidNotTakeAreForgottenAndCostNoneOfTheOthers() {
        RefreshToken oldest = begun("app");
        for (int each = 1; each < RefreshFamilies.MAX_PER_CLIENT; each++) {
            begun("app");
        }
        journals.failure = Optional.of("no space");
        assertUnkept(families.begin("app", SCOPES, AUDIENCES, NOW));
        assertUnkept(families.begin("app", SCOPES, AUDIENCES, NOW));
        assertUnkept(families.begin("other", SCOPES, AUDIENCES, NOW));
        assertThat(families.size()).isEqualTo(RefreshFamilies.MAX_PER_CLIENT);
        assertThat(families.findCurrent("app", oldest, NOW)).isPresent();
        journals.failure = Optional.empty();
        begun("app");
        assertThat(families.findCurrent("app", oldest, NOW)).as("still the first to go").isEmpty();
    }

    @Test
    void oldestOfAClientEndsWhenItsSuccessorIsOnDiskAndCanBeRevokedUntilThen() {
        Waiting journal = new Waiting();
        families = RefreshFamilies.of(_ -> journal, List.of(), NOW);
        RefreshToken oldest = begun("app");
        journal.answer(Appended.KEPT);
        for (int each = 1; each < RefreshFamilies.MAX_PER_CLIENT; each++) {
            begun("app");
            journal.answer(Appended.KEPT);
        }
        begun("app");
        assertThat(families.findCurrent("app", oldest, NOW)).isPresent();
        assertThat(families.revoke("app", oldest.family())).isPresent();
        journal.answer(new Appended.NotKept("no space"));
        assertThat(families.findCurrent("app", oldest, NOW)).isEmpty();
        assertThat(families.size()).isEqualTo(RefreshFamilies.MAX_PER_CLIENT - 1);
    }

    private static void assertUnkept(Outcome outcome) {
        assertThat(((Outcome.Issued) outcome).kept().toCompletableFuture().join()).isInstanceOf(Appended.NotKept.class);
    }

    @Test
    void fullHouseIsRefusedUntilFamiliesEnd() {
        int clients = RefreshFamilies.MAX_FAMILIES / RefreshFamilies.MAX_PER_CLIENT;
        // The journal of the tests asks for all that lives with each record.
        families = RefreshFamilies.of(_ -> new Forgetful(), List.of(), NOW);
        for (int client = 0; client < clients; client++) {
            for (int each = 0; each < RefreshFamilies.MAX_PER_CLIENT; each++) {
                begun("c" + client);
            }
        }
        assertThat(families.begin("late", SCOPES, AUDIENCES, NOW)).isInstanceOf(Outcome.Full.class);
        assertThat(families.begin("late", SCOPES, AUDIENCES, NOW.plus(RefreshFamilies.LIFETIME))).isInstanceOf(Outcome.Issued.class);
        assertThat(families.size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "{}", "x", "{\"client\":\"a\"}", "{\"client\":\"a\",\"ended\":1}",
        "{\"client\":\"a\",\"family\":\"f\",\"sha256\":\"x\",\"began\":1,\"until\":\"soon\",\"scopes\":[],\"audiences\":[]}",
        "{\"client\":\"a\",\"family\":\"f\",\"began\":1,\"until\":2,\"scopes\":[],\"audiences\":[]}"})
    void journalOfSomethingElseIsRefused(String record) {
        assertThatThrownBy(() -> RefreshFamilies.of(_ -> new Forgetful(), List.of(record), NOW))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("record 1 is no refresh token");
    }

    @Test
    void whatWasNotGivenOutHereIsNoToken() {
        RefreshToken token = begun("app");
        assertThat(RefreshToken.parse(token.text())).contains(token);
        assertThat(token.text()).startsWith("spr_").hasSize(70);
        assertThat(token.toString()).doesNotContain(token.secret());
        for (String other : List.of("", "spr_", token.text() + "x", token.text().substring(1), token.text().replace("spr_", "spc_"), token.text().replaceFirst(".$", "-"))) {
            assertThat(RefreshToken.parse(other)).as(other).isEmpty();
        }
    }
}
