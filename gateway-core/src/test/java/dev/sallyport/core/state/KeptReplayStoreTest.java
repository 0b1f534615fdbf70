package dev.sallyport.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.Journal;
import dev.sallyport.core.port.Journals.Opened;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptReplayStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00.5Z");
    private static final int CAPACITY = 10;
    private static final InMemoryReplayStore.Room ROOM = new InMemoryReplayStore.Room("spent", CAPACITY, 4);
    private static final Path FILE = Path.of("state.journal");
    private static final OneTimeUse FIRST = new OneTimeUse("clients", "a \"b\"", NOW.plusSeconds(60));
    private static final OneTimeUse SECOND = new OneTimeUse("clients", "c", NOW.plusSeconds(90));

    private final JournalsInMemory journals = new JournalsInMemory();
    private KeptReplayStore store = open(NOW);

    private KeptReplayStore open(Instant now) {
        Opened.Ready ready = (Opened.Ready) journals.open(FILE);
        assertThat(ready.records()).allMatch(KeptReplayStore::isRecord);
        return KeptReplayStore.of(_ -> ready.journal(), ready.records(), new InMemoryReplayStore(ROOM, GatewayEvents.IGNORED), now);
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

    private void keep(String key, Object until) {
        journals.kept.computeIfAbsent(FILE, _ -> new ArrayList<>()).add("{\"spent\":\"" + key + "\",\"until\":" + until + ",\"by\":\"robot\"}");
    }

    @Test
    void moreThanTheMemoryHoldsIsRefusedAndWhatEndedIsNotCounted() {
        keep("ended", NOW.minusSeconds(60).getEpochSecond());
        for (int each = 0; each < CAPACITY; each++) {
            keep("k" + each, NOW.plusSeconds(60).getEpochSecond());
        }
        store = open(NOW);
        keep("one more", NOW.plusSeconds(60).getEpochSecond());
        assertThatThrownBy(() -> open(NOW)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("it holds more than the 10 uses that can be remembered");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "253402300800", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e18", "1.5", "\"soon\"", "null", "1,\"a\":1"})
    void recordWithoutATimeIsRefused(String until) {
        keep("good", NOW.getEpochSecond());
        keep("bad", until);
        assertThatThrownBy(() -> open(NOW)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("record 2 of what was spent names nobody, or no time between the years 1970 and 9999");
    }

    @Test
    void clientHasNoMoreRoomForARestart() {
        for (int each = 0; each < 4; each++) {
            assertThat(spend(NOW, new OneTimeUse("robot", "r" + each, NOW.plusSeconds(60)))).isEqualTo(ReplayStore.Outcome.SPENT);
        }
        store = open(NOW);
        OneTimeUse more = new OneTimeUse("robot", "more", NOW.plusSeconds(60));
        assertThat(spend(NOW, more)).isEqualTo(new ReplayStore.Outcome.Full(more));
        assertThat(spend(NOW, FIRST)).isEqualTo(ReplayStore.Outcome.SPENT);
        assertThat(spend(NOW.plusSeconds(62), new OneTimeUse("robot", "later", NOW.plusSeconds(90)))).isEqualTo(ReplayStore.Outcome.SPENT);
    }

    @Test
    void keepersOfOneJournalRewriteEachOthersRecords() {
        Opened.Ready ready = (Opened.Ready) journals.open(FILE);
        SharedJournal shared = new SharedJournal(ready.journal());
        var first = shared.part(() -> List.of("first"));
        var second = shared.part(() -> List.of("second"));
        for (Journal each : List.of(first, second)) {
            each.append("x", List::of);
            assertThat(journals.live).containsExactly("first", "second");
        }
        first.close();
        assertThat(journals.open).containsExactly(FILE);
    }

    @Test
    void linesThatWereReadAreNotHeldOnceTheyEnded() {
        keep("ended", NOW.minusSeconds(60).getEpochSecond());
        Opened.Ready ready = (Opened.Ready) journals.open(FILE);
        SharedJournal shared = new SharedJournal(ready.journal());
        KeptReplayStore.of(shared::part, ready.records(), new InMemoryReplayStore(ROOM, GatewayEvents.IGNORED), NOW);
        shared.part(() -> List.of("another's")).append("x", List::of);
        assertThat(journals.live).containsExactly("another's");
    }
}
