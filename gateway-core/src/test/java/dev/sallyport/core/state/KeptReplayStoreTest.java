package dev.sallyport.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.Journals.Opened;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeptReplayStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00.5Z");
    private static final Path FILE = Path.of("state.journal");
    private static final OneTimeUse FIRST = new OneTimeUse("clients", "a \"b\"", NOW.plusSeconds(60));
    private static final OneTimeUse SECOND = new OneTimeUse("clients", "c", NOW.plusSeconds(90));

    private final JournalsInMemory journals = new JournalsInMemory();
    private KeptReplayStore store = open(NOW);

    private KeptReplayStore open(Instant now) {
        Opened.Ready ready = (Opened.Ready) journals.open(FILE);
        assertThat(ready.records()).allMatch(KeptReplayStore::isRecord);
        return KeptReplayStore.of(ready.journal(), ready.records(), new InMemoryReplayStore(10, GatewayEvents.IGNORED), now);
    }

    private ReplayStore.Outcome spend(Instant now, OneTimeUse... uses) {
        return store.spend(List.of(uses), now).toCompletableFuture().join();
    }

    @Test
    void whatWasSpentStaysSpentOverARestartAndThroughItsEnd() {
        assertThat(spend(NOW, FIRST)).isEqualTo(ReplayStore.Outcome.SPENT);
        for (Instant then : List.of(NOW, NOW.plusSeconds(60))) {
            store = open(then);
            assertThat(spend(then, FIRST)).isEqualTo(new ReplayStore.Outcome.Replayed(FIRST));
        }
        assertThat(spend(NOW, SECOND)).isEqualTo(ReplayStore.Outcome.SPENT);
        assertThat(journals.live).hasSize(2);
        store = open(NOW.plusSeconds(80));
        assertThat(spend(NOW.plusSeconds(80), SECOND)).isInstanceOf(ReplayStore.Outcome.Replayed.class);
        assertThat(journals.kept.get(FILE)).hasSize(2);
    }

    @Test
    void whatTheDiskDoesNotTakeIsNotSpentAndNotGood() {
        journals.failure = Optional.of("full");
        assertThat(spend(NOW, FIRST, SECOND)).isEqualTo(new ReplayStore.Outcome.Unkept(FIRST, "full"));
        journals.failure = Optional.empty();
        assertThat(spend(NOW, FIRST, SECOND)).isEqualTo(ReplayStore.Outcome.SPENT);
        assertThat(spend(NOW)).isEqualTo(ReplayStore.Outcome.SPENT);
    }

    @Test
    void keepersOfOneJournalRewriteEachOthersRecords() {
        Opened.Ready ready = (Opened.Ready) journals.open(FILE);
        SharedJournal shared = new SharedJournal(ready.journal());
        var first = shared.part(List.of("first as it was read"));
        var second = shared.part(List.of("second as it was read"));
        first.append("x", () -> List.of("first"));
        assertThat(journals.live).containsExactly("first", "second as it was read");
        second.append("y", () -> List.of("second"));
        assertThat(journals.live).containsExactly("first", "second");
        first.close();
        assertThat(journals.open).containsExactly(FILE);
    }
}
