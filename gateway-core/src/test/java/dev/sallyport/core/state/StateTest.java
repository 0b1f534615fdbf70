package dev.sallyport.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.LimitsReached;
import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.RevokedCredentials;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StateTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant END = NOW.plusSeconds(300);

    private final InMemoryReplayStore store = new InMemoryReplayStore(3, GatewayEvents.IGNORED);

    @Test
    void secondUseIsAReplayUntilTheEndOfItsWindow() {
        assertThat(spend(NOW, "a")).isEqualTo(ReplayStore.Outcome.SPENT);
        assertThat(spend(NOW, "a")).isEqualTo(replayed("a"));
        assertThat(spend(END, "a")).isEqualTo(replayed("a"));
        assertThat(spendOfNextWindow(END.plusMillis(1), "b")).isEqualTo(ReplayStore.Outcome.SPENT);
        assertThat(store.size()).isEqualTo(1);
    }

    @Test
    void requestThatBeganInTimeAndEndsAfterItsWindowIsAReplay() {
        spend(NOW, "a");
        assertThat(spendOfNextWindow(END.plusMillis(1), "b")).isEqualTo(ReplayStore.Outcome.SPENT);
        assertThat(spend(END, "a")).isEqualTo(replayed("a"));
        assertThat(spendOfNextWindow(END, "c")).isEqualTo(ReplayStore.Outcome.SPENT);
    }

    @Test
    void clockThatJumpsBothWaysLetsNoReplayThrough() {
        spend(NOW, "a");
        assertThat(spend(NOW.minusSeconds(3600), "a")).isEqualTo(replayed("a"));
        store.spend(List.of(new OneTimeUse("hooks", "b", END.plusSeconds(3600))), NOW.plusSeconds(3600));
        assertThat(spend(NOW, "a")).isEqualTo(replayed("a"));
        assertThat(spendOfNextWindow(NOW.plusSeconds(1), "c")).isEqualTo(ReplayStore.Outcome.SPENT);
    }

    @Test
    void fullStoreRefusesAndEvictsNothing() {
        spend(NOW, "a", "b", "c");
        assertThat(spend(NOW, "d")).isEqualTo(full("d"));
        assertThat(spend(NOW, "a")).isEqualTo(replayed("a"));
        assertThat(spendOfNextWindow(END.plusSeconds(1), "d")).isEqualTo(ReplayStore.Outcome.SPENT);
        assertThat(store.size()).isEqualTo(1);
    }

    @Test
    void whoFillsTheirOwnRoomLeavesThatOfOthers() {
        LimitsReached reached = new LimitsReached();
        InMemoryReplayStore shared = new InMemoryReplayStore(new InMemoryReplayStore.Room("proofs", 3, 2), reached);
        OneTimeUse third = new OneTimeUse("evil", "c", END);
        assertThat(spendIn(shared, NOW, new OneTimeUse("evil", "a", END), new OneTimeUse("evil", "b", END))).isEqualTo(ReplayStore.Outcome.SPENT);
        assertThat(spendIn(shared, NOW, third)).isEqualTo(new ReplayStore.Outcome.Full(third));
        assertThat(reached.all()).containsExactly("proofs");
        assertThat(spendIn(shared, NOW, new OneTimeUse("good", "d", END))).isEqualTo(ReplayStore.Outcome.SPENT);
        assertThat(spendIn(shared, NOW, new OneTimeUse("late", "e", END))).isInstanceOf(ReplayStore.Outcome.Full.class);
        shared.giveBack(List.of(new OneTimeUse("evil", "a", END)));
        assertThat(spendIn(shared, NOW, third)).isEqualTo(ReplayStore.Outcome.SPENT);
        Instant later = END.plusMillis(1);
        assertThat(spendIn(shared, later, new OneTimeUse("evil", "e", later), new OneTimeUse("evil", "f", later))).isEqualTo(ReplayStore.Outcome.SPENT);
    }

    private static ReplayStore.Outcome spendIn(ReplayStore store, Instant now, OneTimeUse... uses) {
        return store.spend(List.of(uses), now).toCompletableFuture().join();
    }

    @Test
    void spendingIsAllOrNothing() {
        spend(NOW, "a");
        assertThat(spend(NOW, "b", "a")).isEqualTo(replayed("a"));
        assertThat(store.size()).isEqualTo(1);
        assertThat(spend(NOW, "b", "c", "d")).isEqualTo(full("d"));
        assertThat(store.size()).isEqualTo(1);
        assertThat(spend(NOW, "b")).isEqualTo(ReplayStore.Outcome.SPENT);
    }

    @Test
    void whatIsGivenBackMayBeSpentAgain() {
        spend(NOW, "a");
        store.giveBack(uses("a", "never"));
        assertThat(spend(NOW, "a")).isEqualTo(ReplayStore.Outcome.SPENT);
    }

    @Test
    void keyIsFoundByItsWholeHashAlone() {
        byte[] hash = new byte[32];
        ApiKeyEntry entry = new ApiKeyEntry(
                "a", HexFormat.of().formatHex(hash), "alice", Set.of(), Optional.empty(), Optional.empty(), ApiKeyEntry.Activity.ACTIVE);
        InMemoryApiKeyStore keys = InMemoryApiKeyStore.of(List.of(entry));
        assertThat(keys.find(hash)).contains(entry);
        for (int at : new int[] {0, 4, 16, 31}) {
            byte[] other = hash.clone();
            other[at] = 1;
            assertThat(keys.find(other)).isEmpty();
        }
    }

    @Test
    void budgetIsNeverPassedAndGivenBackOnce() {
        BufferBudget budget = new BufferBudget(100, GatewayEvents.IGNORED);
        BufferBudget.Share share = budget.share();
        assertThat(share.grow(50)).isTrue();
        assertThat(share.grow(10)).isTrue();
        BufferBudget.Share other = budget.share();
        assertThat(other.grow(41)).isFalse();
        assertThat(other.grow(Long.MAX_VALUE)).isFalse();
        assertThat(other.grow(40)).isTrue();
        share.close();
        share.close();
        assertThat(budget.reservedBytes()).isEqualTo(40);
    }

    @Test
    void revokedTokenIsCoveredUntilItsEnd() {
        RevokedCredentials revoked = RevokedCredentials.of(List.of(Revocation.token("j", END)));
        List<RevocationHandle> handles = List.of(new RevocationHandle.TokenId("j"));
        assertThat(revoked.covers(handles, NOW)).isTrue();
        assertThat(revoked.covers(handles, END)).isFalse();
        assertThat(revoked.covers(List.of(new RevocationHandle.TokenId("k")), NOW)).isFalse();
        assertThat(RevokedCredentials.of(List.of(Revocation.token("j", Instant.MAX))).covers(handles, END)).isTrue();
    }

    @Test
    void subjectsTokensAreCoveredByTheirTimeOfIssue() {
        RevokedCredentials revoked = RevokedCredentials.of(List.of(Revocation.subject("anna", NOW)));
        assertThat(revoked.covers(List.of(new RevocationHandle.SubjectIssued("anna", NOW.minusSeconds(1))), NOW)).isTrue();
        assertThat(revoked.covers(List.of(new RevocationHandle.SubjectIssued("anna", NOW)), NOW)).isFalse();
        assertThat(revoked.covers(List.of(new RevocationHandle.SubjectIssued("anna", Instant.EPOCH)), NOW)).isTrue();
        assertThat(revoked.covers(List.of(new RevocationHandle.SubjectIssued("bert", Instant.EPOCH)), NOW)).isFalse();
    }

    private ReplayStore.Outcome spend(Instant now, String... keys) {
        return store.spend(uses(keys), now).toCompletableFuture().join();
    }

    private ReplayStore.Outcome spendOfNextWindow(Instant now, String key) {
        return store.spend(List.of(new OneTimeUse("hooks", key, END.plusSeconds(300))), now).toCompletableFuture().join();
    }

    private static ReplayStore.Outcome replayed(String key) {
        return new ReplayStore.Outcome.Replayed(uses(key).getFirst());
    }

    private static ReplayStore.Outcome full(String key) {
        return new ReplayStore.Outcome.Full(uses(key).getFirst());
    }

    private static List<OneTimeUse> uses(String... keys) {
        return Arrays.stream(keys).map(key -> new OneTimeUse("hooks", key, END)).toList();
    }
}
