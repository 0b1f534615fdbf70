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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RevocationTest {
    private static final Path FILE = Path.of("revocations.journal");
    private static final Instant NOW = Instant.parse("2026-11-27T20:00:00Z");
    private static final Optional<Duration> QUARTER = Optional.of(Duration.ofMinutes(15));

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
    void fullLedgerRefusesAndSaysSoAndKeepsWhatItHas() {
        RevocationLedger ledger = ledger();
        for (int each = 0; each < RevocationLedger.MAX_ENTRIES; each++) {
            ledger.revoke(Revocation.key("k" + each), NOW, QUARTER);
            journals.failure = Optional.of("not now");
        }
        assertThat(events.all()).isEmpty();
        Revocations revocations = new Revocations(RevocationList.NONE, Optional.of(ledger), QUARTER, QUARTER);
        assertThat(revocations.revoke(Revocation.key("one more"), NOW).toCompletableFuture().join()).isEqualTo(new RevocationLedger.Outcome.Full());
        assertThat(events.all()).containsExactly("revocations");
        assertThat(ledger.covers(List.of(new RevocationHandle.KeyId("one more")), NOW)).isFalse();
        assertThat(ledger.covers(List.of(new RevocationHandle.KeyId("k0")), NOW)).isTrue();
    }

    @Test
    void tokenStaysRevokedThroughTheSkewAfterItsEnd() {
        RevocationLedger ledger = ledger();
        ledger.revoke(Revocation.token("j", NOW), NOW.minusSeconds(60), QUARTER);
        Revocations revocations = new Revocations(RevocationList.NONE, Optional.of(ledger), QUARTER, QUARTER);
        assertThat(revocations.covers(List.of(new RevocationHandle.TokenId("j")), NOW.plusSeconds(30))).isTrue();
        ledger.revoke(Revocation.key("another call, which clears out"), NOW.plusSeconds(30), QUARTER);
        assertThat(revocations.covers(List.of(new RevocationHandle.TokenId("j")), NOW.plusSeconds(30))).isTrue();
    }

    @Test
    void sessionThatHasAnEndStaysRevokedUntilThenAndSurvivesARestart() {
        ledger().revoke(Revocation.session("s", NOW.plusSeconds(60)), NOW, QUARTER);
        Revocations revocations = new Revocations(RevocationList.NONE, Optional.of(ledger()), QUARTER, QUARTER);
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
