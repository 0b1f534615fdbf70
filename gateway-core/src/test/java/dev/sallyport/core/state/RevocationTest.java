package dev.sallyport.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.port.Journals;
import dev.sallyport.core.port.LimitsReached;
import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.RevocationLedger;
import dev.sallyport.core.state.revocation.RevocationList;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.state.revocation.RevokedCredentials;
import dev.sallyport.core.state.revocation.Revoker;
import dev.sallyport.core.state.revocation.TokenBounds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RevocationTest {
    private static final Path FILE = Path.of("revocations.journal");
    private static final Instant NOW = Instant.parse("2026-11-27T20:00:00Z");
    private static final Optional<Duration> QUARTER = Optional.of(Duration.ofMinutes(15));

    private static final TokenBounds BOUNDS = new TokenBounds(QUARTER, QUARTER, Duration.ofSeconds(30));
    private static final Revoker EVIL = new Revoker.Client("evil");

    private final JournalsInMemory journals = new JournalsInMemory();
    private final LimitsReached events = new LimitsReached();

    @Test
    void eachKindHitsItsOwnHandleAlone() {
        List<Revocation> revocations = List.of(
                Revocation.token("a", Instant.MAX), Revocation.subject("b", NOW), Revocation.client("c", NOW), Revocation.session("d"),
                Revocation.key("e"), Revocation.certificate("f", Optional.empty()));
        List<RevocationHandle> hit = List.of(
                new RevocationHandle.TokenId("a"), new RevocationHandle.SubjectIssued("b", NOW.minusSeconds(1)),
                new RevocationHandle.ClientIssued("c", NOW.minusSeconds(1)), new RevocationHandle.SessionId("d"), new RevocationHandle.KeyId("e"),
                new RevocationHandle.CertificateSerial("f", "cn=ca"));
        for (int one = 0; one < revocations.size(); one++) {
            RevokedCredentials revoked = RevokedCredentials.of(List.of(revocations.get(one)));
            for (int other = 0; other < hit.size(); other++) {
                assertThat(revoked.covers(List.of(hit.get(other)), NOW)).as(revocations.get(one) + " " + hit.get(other)).isEqualTo(one == other);
            }
        }
    }

    @Test
    void whatWasIssuedSinceIsNotHit() {
        RevokedCredentials revoked = RevokedCredentials.of(List.of(Revocation.subject("b", NOW), Revocation.client("c", NOW)));
        assertThat(revoked.covers(List.of(new RevocationHandle.SubjectIssued("b", NOW), new RevocationHandle.ClientIssued("c", NOW)), NOW)).isFalse();
    }

    @Test
    void certificateOfAnotherIssuerIsNotHitWhereOneIsNamed() {
        RevokedCredentials revoked = RevokedCredentials.of(List.of(Revocation.certificate("f", Optional.of("cn=ca"))));
        assertThat(revoked.covers(List.of(new RevocationHandle.CertificateSerial("f", "cn=ca")), NOW)).isTrue();
        assertThat(revoked.covers(List.of(new RevocationHandle.CertificateSerial("f", "cn=other")), NOW)).isFalse();
    }

    @Test
    void callSurvivesARestart() {
        ledger().revoke(Revocation.token("j \"1\"", NOW.plusSeconds(60)), NOW, QUARTER);
        ledger().revoke(Revocation.key("partner"), NOW, QUARTER);
        RevocationLedger restarted = ledger();
        assertThat(restarted.covers(List.of(new RevocationHandle.TokenId("j \"1\"")), NOW)).isTrue();
        assertThat(restarted.covers(List.of(new RevocationHandle.KeyId("partner")), NOW)).isTrue();
    }

    @Test
    void callHoldsAtOnceButIsNotPromisedWhereTheJournalFails() {
        journals.failure = Optional.of("disk full");
        RevocationLedger ledger = ledger();
        assertThat(ledger.revoke(Revocation.key("k"), NOW, QUARTER).toCompletableFuture().join())
                .isEqualTo(new RevocationLedger.Outcome.NotKept("disk full"));
        assertThat(ledger.covers(List.of(new RevocationHandle.KeyId("k")), NOW)).isTrue();
    }

    @Test
    void recordThatIsNoRevocationIsRefused() {
        for (String record : List.of("", "{}", "{\"kind\":\"tree\",\"name\":\"a\",\"at\":\"" + NOW + "\"}", "{\"kind\":\"key\",\"name\":\"a\",\"at\":\"soon\"}")) {
            assertThatThrownBy(() -> RevocationLedger.of(ready().journal(), List.of(record), events))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("record 1 is no revocation");
        }
    }

    @Test
    void entriesGoWhenTheLastTokenTheyCanHitHasExpired() {
        RevocationLedger ledger = ledger();
        // For the skew of clocks a token is taken after its end, and must not come back for that while.
        Instant before = NOW.minus(Revocations.GRACE);
        ledger.revoke(Revocation.token("just ended", NOW.minusSeconds(1)), before, QUARTER);
        ledger.revoke(Revocation.token("ended", before.minusSeconds(1)), before, QUARTER);
        ledger.revoke(Revocation.session("ended", before.minusSeconds(1)), before, QUARTER);
        ledger.revoke(Revocation.session("for ever"), before, QUARTER);
        ledger.revoke(Revocation.subject("old", before.minus(QUARTER.get()).minusSeconds(1)), before, QUARTER);
        ledger.revoke(Revocation.subject("young", before.minus(QUARTER.get()).plusSeconds(1)), before, QUARTER);
        ledger.revoke(Revocation.key("k"), NOW, QUARTER);
        assertThat(ledger.all()).extracting(Revocation::name).containsExactlyInAnyOrder("just ended", "for ever", "young", "k");
        assertThat(journals.live).hasSize(4);
    }

    @Test
    void nothingIssuedBeforeIsForgottenWhereTokensMayLiveForEver() {
        RevocationLedger ledger = ledger();
        ledger.revoke(Revocation.subject("old", Instant.EPOCH), NOW, Optional.empty());
        ledger.revoke(Revocation.client("old", Instant.EPOCH), NOW, Optional.empty());
        assertThat(ledger.all()).hasSize(2);
    }

    @Test
    void clientThatFillsItsRoomTakesNobodyElses() {
        RevocationLedger ledger = RevocationLedger.of(ready().journal(), records("token", 0, RevocationLedger.MAX_PER_CLIENT, ",\"client\":\"evil\""), events);
        assertThat(outcome(ledger, token("one more").by(EVIL))).isEqualTo(new RevocationLedger.Outcome.Full());
        assertThat(events.all()).containsExactly("revocations_per_client");
        assertThat(ledger.covers(List.of(new RevocationHandle.TokenId("one more")), NOW)).isFalse();
        assertThat(outcome(ledger, token("0").by(EVIL))).as("again").isEqualTo(RevocationLedger.Outcome.KEPT);
        assertThat(outcome(ledger, token("another's").by(new Revoker.Client("good")))).isEqualTo(RevocationLedger.Outcome.KEPT);
        assertThat(outcome(ledger, Revocation.session("s", NOW).by(Revoker.PROVIDER))).isEqualTo(RevocationLedger.Outcome.KEPT);
        assertThat(outcome(ledger, Revocation.client("evil", NOW))).isEqualTo(RevocationLedger.Outcome.KEPT);
    }

    @Test
    void clientsTogetherLeaveRoomForLogOuts() {
        List<String> records = new ArrayList<>();
        for (int begin = 0; begin < RevocationLedger.MAX_OF_CLIENTS; begin += RevocationLedger.MAX_PER_CLIENT) {
            records.addAll(records("token", begin, RevocationLedger.MAX_PER_CLIENT, ",\"client\":\"c" + begin + "\""));
        }
        RevocationLedger ledger = RevocationLedger.of(ready().journal(), records, events);
        assertThat(outcome(ledger, token("one more").by(EVIL))).isEqualTo(new RevocationLedger.Outcome.Full());
        assertThat(events.all()).containsExactly("revocations");
        assertThat(outcome(ledger, Revocation.session("s", NOW).by(Revoker.PROVIDER))).isEqualTo(RevocationLedger.Outcome.KEPT);
    }

    @Test
    void fullLedgerRefusesAndSaysSoAndKeepsWhatItHasAndTheOperatorIsNotBoundByIt() {
        RevocationLedger ledger = RevocationLedger.of(
                ready().journal(), records("session", 0, RevocationLedger.MAX_ENTRIES, ",\"provider\":true"), events);
        assertThat(outcome(ledger, Revocation.session("one more", NOW).by(Revoker.PROVIDER))).isEqualTo(new RevocationLedger.Outcome.Full());
        assertThat(outcome(ledger, token("one more").by(EVIL))).isEqualTo(new RevocationLedger.Outcome.Full());
        assertThat(events.all()).containsExactly("revocations", "revocations");
        assertThat(ledger.covers(List.of(new RevocationHandle.SessionId("one more")), NOW.minusSeconds(1))).isFalse();
        assertThat(ledger.covers(List.of(new RevocationHandle.SessionId("0")), NOW.minusSeconds(1))).isTrue();
        assertThat(outcome(ledger, Revocation.key("k"))).isEqualTo(RevocationLedger.Outcome.KEPT);
        assertThat(ledger.covers(List.of(new RevocationHandle.KeyId("k")), NOW)).isTrue();
    }

    @Test
    void operatorsEntriesTakeNobodysRoom() {
        RevocationLedger ledger = RevocationLedger.of(
                ready().journal(), records("session", 0, RevocationLedger.MAX_ENTRIES, ""), events);
        assertThat(outcome(ledger, Revocation.session("one more", NOW).by(Revoker.PROVIDER))).isEqualTo(RevocationLedger.Outcome.KEPT);
    }

    @Test
    void whoCalledBackIsRememberedOverARestart() {
        List<Revocation> called = List.of(
                token("t").by(EVIL), Revocation.session("s", NOW).by(Revoker.PROVIDER), Revocation.key("k"));
        RevocationLedger ledger = ledger();
        called.forEach(each -> outcome(ledger, each));
        assertThat(ledger().all()).containsExactlyInAnyOrderElementsOf(called);
    }

    private static Revocation token(String jti) {
        return Revocation.token(jti, NOW);
    }

    private static RevocationLedger.Outcome outcome(RevocationLedger ledger, Revocation revocation) {
        return ledger.revoke(revocation, NOW, QUARTER).toCompletableFuture().join();
    }

    /** As a journal holds them. */
    private static List<String> records(String kind, int begin, int count, String by) {
        return IntStream.range(begin, begin + count)
                .mapToObj(each -> "{\"kind\":\"" + kind + "\",\"name\":\"" + each + "\",\"at\":\"" + NOW + "\"" + by + "}")
                .toList();
    }

    @Test
    void tokenStaysRevokedThroughTheSkewAfterItsEnd() {
        RevocationLedger ledger = ledger();
        ledger.revoke(Revocation.token("j", NOW), NOW.minusSeconds(60), QUARTER);
        Revocations revocations = new Revocations(RevocationList.NONE, Optional.of(ledger), BOUNDS);
        assertThat(revocations.covers(List.of(new RevocationHandle.TokenId("j")), NOW.plusSeconds(30))).isTrue();
        ledger.revoke(Revocation.key("another call, which clears out"), NOW.plusSeconds(30), QUARTER);
        assertThat(revocations.covers(List.of(new RevocationHandle.TokenId("j")), NOW.plusSeconds(30))).isTrue();
    }

    @Test
    void lastTokenThatIsOutNowEndsWithTheLongestLifetimeWhereThereIsOne() {
        assertThat(new Revocations(RevocationList.NONE, Optional.empty(), BOUNDS).lastExpiry(NOW)).isEqualTo(NOW.plus(QUARTER.get()));
        TokenBounds unbounded = new TokenBounds(Optional.empty(), QUARTER, Duration.ZERO);
        assertThat(new Revocations(RevocationList.NONE, Optional.empty(), unbounded).lastExpiry(NOW)).isEqualTo(Instant.MAX);
    }

    @Test
    void sessionThatHasAnEndStaysRevokedUntilThenAndSurvivesARestart() {
        ledger().revoke(Revocation.session("s", NOW.plusSeconds(60)), NOW, QUARTER);
        Revocations revocations = new Revocations(RevocationList.NONE, Optional.of(ledger()), BOUNDS);
        List<RevocationHandle> handles = List.of(new RevocationHandle.SessionId("s"));
        assertThat(revocations.covers(handles, NOW.plusSeconds(60))).isTrue();
        assertThat(revocations.covers(handles, NOW.plusSeconds(61).plus(Revocations.GRACE))).isFalse();
    }

    private RevocationLedger ledger() {
        Journals.Opened.Ready ready = ready();
        return RevocationLedger.of(ready.journal(), ready.records(), events);
    }

    private Journals.Opened.Ready ready() {
        return (Journals.Opened.Ready) journals.open(FILE);
    }
}
