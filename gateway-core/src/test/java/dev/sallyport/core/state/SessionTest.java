package dev.sallyport.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.LimitsReached;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.state.session.Session.Renewal;
import dev.sallyport.core.state.session.Session.Use;
import dev.sallyport.core.state.session.Session;
import dev.sallyport.core.state.session.SessionRules;
import dev.sallyport.core.state.session.Sessions.Opened;
import dev.sallyport.core.state.session.Sessions;
import dev.sallyport.core.state.session.SignedIn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final SessionRules RULES = new SessionRules(Duration.ofMinutes(30), Duration.ofHours(12), 3);

    private final Sessions sessions = new Sessions(RULES, GatewayEvents.IGNORED);

    @Test
    void freshSessionIsUsedWithoutAnyCall() {
        Opened.Begun begun = open(user("ada", 300, "r1"), "s1");
        assertThat(sessions.find(begun.secret(), NOW)).contains(begun.session());
        assertThat(use(begun.session(), NOW.plusSeconds(10), SessionTest::never)).isInstanceOf(Use.Fresh.class);
    }

    @Test
    void fiftyWhoComeAtItsEndWaitForOneRenewalAndTheOldTokenIsNotUsedAgain() {
        Session session = open(user("ada", 300, "r1"), "s1").session();
        List<String> presented = new ArrayList<>();
        CompletableFuture<Renewal> provider = new CompletableFuture<>();
        Instant late = NOW.plusSeconds(301);
        List<CompletableFuture<Use>> uses = new ArrayList<>();
        for (int each = 0; each < 50; each++) {
            uses.add(session.use(late, who -> {
                presented.add(text(Session.refreshToken(who)));
                return provider;
            }).toCompletableFuture());
        }
        assertThat(uses).noneMatch(CompletableFuture::isDone);
        provider.complete(new Renewal.Renewed(user("ada", 900, "r2")));
        assertThat(uses).allSatisfy(each -> assertThat(each.join()).isInstanceOf(Use.Fresh.class));
        assertThat(presented).containsExactly("r1");
        use(session, NOW.plusSeconds(901), who -> {
            presented.add(text(Session.refreshToken(who)));
            return CompletableFuture.completedStage(new Renewal.Renewed(user("ada", 1500, "r3")));
        });
        assertThat(presented).containsExactly("r1", "r2");
    }

    @Test
    void logOutWhileItIsRenewedIsNotUndone() {
        Opened.Begun begun = open(user("ada", 300, "r1"), "s1");
        CompletableFuture<Renewal> provider = new CompletableFuture<>();
        CompletableFuture<Use> use = begun.session().use(NOW.plusSeconds(301), _ -> provider).toCompletableFuture();
        sessions.endOfProvider("s1", NOW.plusSeconds(301));
        provider.complete(new Renewal.Renewed(user("ada", 900, "r2")));
        assertThat(use.join()).isInstanceOf(Use.Ended.class);
        assertThat(sessions.find(begun.secret(), NOW.plusSeconds(302))).isEmpty();
        assertThat(use(begun.session(), NOW.plusSeconds(302), SessionTest::never)).isInstanceOf(Use.Ended.class);
    }

    @Test
    void refusedRenewalEndsIt() {
        Session session = open(user("ada", 300, "r1"), "s1").session();
        assertThat(use(session, NOW.plusSeconds(301), _ -> CompletableFuture.completedStage(new Renewal.Refused("used before")))).isInstanceOf(Use.Ended.class);
        assertThat(use(session, NOW.plusSeconds(302), SessionTest::never)).isInstanceOf(Use.Ended.class);
    }

    @Test
    void providerThatIsDownEndsNothingAndIsNotAskedByEachRequest() {
        Session session = open(user("ada", 300, "r1"), "s1").session();
        Instant late = NOW.plusSeconds(301);
        assertThat(use(session, late, _ -> CompletableFuture.failedStage(new IllegalStateException()))).isInstanceOf(Use.Unavailable.class);
        assertThat(use(session, late.plusMillis(500), SessionTest::never)).isInstanceOf(Use.Unavailable.class);
        assertThat(use(session, late.plusSeconds(1), _ -> CompletableFuture.completedStage(new Renewal.Renewed(user("ada", 900, "r2")))))
                .isInstanceOf(Use.Fresh.class);
    }

    @Test
    void withoutARefreshTokenItEndsWithTheAccessToken() {
        Session session = open(user("ada", 300, ""), "s1").session();
        assertThat(use(session, NOW.plusSeconds(299), SessionTest::never)).isInstanceOf(Use.Fresh.class);
        assertThat(use(session, NOW.plusSeconds(300), SessionTest::never)).isInstanceOf(Use.Ended.class);
    }

    @Test
    void pauseEndsItAndSoDoesAge() {
        Opened.Begun begun = open(user("ada", 360_000, "r1"), "s1");
        Instant at = NOW;
        for (; at.isBefore(NOW.plus(RULES.absolute())); at = at.plus(RULES.idle()).minusSeconds(1)) {
            assertThat(sessions.find(begun.secret(), at)).as(at.toString()).isPresent();
            assertThat(use(begun.session(), at, SessionTest::never)).isInstanceOf(Use.Fresh.class);
        }
        assertThat(sessions.find(begun.secret(), at)).isEmpty();
        Opened.Begun other = open(user("ada", 360_000, "r1"), "s1");
        assertThat(sessions.find(other.secret(), NOW.plus(RULES.idle()))).isEmpty();
        assertThat(use(other.session(), NOW.plus(RULES.idle()), SessionTest::never)).isInstanceOf(Use.Ended.class);
    }

    @Test
    void logOutOfASubjectEndsAllThatWereBegunBefore() {
        String before = open(user("ada", 300, "r"), "s1").secret();
        String others = open(user("bob", 300, "r"), "s2").secret();
        sessions.endOfSubject("ada", NOW.plusSeconds(5));
        assertThat(sessions.find(before, NOW.plusSeconds(6))).isEmpty();
        assertThat(sessions.find(others, NOW.plusSeconds(6))).isPresent();
        SignedIn again = new SignedIn(user("ada", 300, "r").identity(), NOW.plusSeconds(6), Secret.ofText("a"), NOW.plusSeconds(300), Optional.empty());
        assertThat(sessions.open(again, Optional.of("s3"), NOW.plusSeconds(7))).isInstanceOf(Opened.Begun.class);
    }

    @Test
    void logOutEndsTheSubjectsSessionsThatTheProviderNeverNamedAndNoOthers() {
        Sessions roomy = new Sessions(new SessionRules(Duration.ofMinutes(30), Duration.ofHours(12), 10), GatewayEvents.IGNORED);
        String unnamed = ((Opened.Begun) roomy.open(user("ada", 300, "r"), Optional.empty(), NOW)).secret();
        String named = ((Opened.Begun) roomy.open(user("ada", 300, "r"), Optional.of("s1"), NOW)).secret();
        String others = ((Opened.Begun) roomy.open(user("bob", 300, "r"), Optional.empty(), NOW)).secret();
        roomy.endUnnamedOfSubject("ada", NOW.minusSeconds(1));
        assertThat(roomy.find(unnamed, NOW)).as("begun since").isPresent();
        roomy.endUnnamedOfSubject("ada", NOW);
        assertThat(roomy.find(unnamed, NOW)).isEmpty();
        assertThat(roomy.find(named, NOW)).isPresent();
        assertThat(roomy.find(others, NOW)).isPresent();
        assertThat(roomy.open(user("ada", 300, "r"), Optional.empty(), NOW.plusSeconds(1))).as("under way").isInstanceOf(Opened.LoggedOutMeanwhile.class);
        assertThat(roomy.open(user("ada", 300, "r"), Optional.of("s2"), NOW.plusSeconds(1))).isInstanceOf(Opened.Begun.class);
    }

    @Test
    void logOutThatComesLateTakesNoneBackOfALaterOne() {
        sessions.endOfSubject("ada", NOW.plusSeconds(5));
        sessions.endOfSubject("ada", NOW.minusSeconds(5));
        assertThat(sessions.open(user("ada", 300, "r"), Optional.of("s"), NOW.plusSeconds(6))).isInstanceOf(Opened.LoggedOutMeanwhile.class);
    }

    @Test
    void userHasSoManyAndTheOldestMakesRoom() {
        Sessions roomy = new Sessions(new SessionRules(Duration.ofMinutes(30), Duration.ofHours(12), 1_000), GatewayEvents.IGNORED);
        List<String> secrets = new ArrayList<>();
        for (int each = 0; each <= Sessions.MAX_PER_SUBJECT; each++) {
            Opened opened = roomy.open(user("ada", 360_000, "r"), Optional.empty(), NOW.plusSeconds(each));
            secrets.add(((Opened.Begun) opened).secret());
            roomy.open(user("bob" + each, 360_000, "r"), Optional.empty(), NOW);
        }
        assertThat(roomy.find(secrets.getFirst(), NOW.plusSeconds(200))).isEmpty();
        assertThat(secrets.subList(1, secrets.size())).allSatisfy(secret -> assertThat(roomy.find(secret, NOW.plusSeconds(200))).isPresent());
        assertThat(roomy.size()).isEqualTo(2 * Sessions.MAX_PER_SUBJECT + 1);
    }

    @Test
    void userWithAsManyAsMayBeReplacesTheirOldestThoughThereIsRoomForNobodyElse() {
        LimitsReached reached = new LimitsReached();
        Sessions full = new Sessions(new SessionRules(Duration.ofMinutes(30), Duration.ofHours(12), Sessions.MAX_PER_SUBJECT), reached);
        List<String> secrets = new ArrayList<>();
        for (int each = 0; each < Sessions.MAX_PER_SUBJECT; each++) {
            secrets.add(((Opened.Begun) full.open(user("ada", 360_000, "r"), Optional.empty(), NOW)).secret());
        }
        assertThat(reached.all()).isEmpty();
        assertThat(full.open(user("bob", 360_000, "r"), Optional.empty(), NOW)).isInstanceOf(Opened.Full.class);
        assertThat(full.open(user("ada", 360_000, "r"), Optional.empty(), NOW)).isInstanceOf(Opened.Begun.class);
        assertThat(full.find(secrets.get(0), NOW)).isEmpty();
        assertThat(full.find(secrets.get(1), NOW)).isPresent();
        assertThat(full.size()).isEqualTo(Sessions.MAX_PER_SUBJECT);
        assertThat(reached.all()).containsExactly("sessions", "sessions_per_subject");
        // One that ended in another way counts no more.
        full.end(secrets.get(1));
        assertThat(full.open(user("ada", 360_000, "r"), Optional.empty(), NOW)).isInstanceOf(Opened.Begun.class);
        assertThat(full.find(secrets.get(2), NOW)).isPresent();
        assertThat(reached.all()).hasSize(2);
    }

    @Test
    void signInThatWasUnderWayWhenTheProviderLoggedOutOpensNothing() {
        sessions.endOfProvider("s1", NOW);
        sessions.endOfSubject("ada", NOW);
        assertThat(sessions.open(user("bob", 300, "r"), Optional.of("s1"), NOW.plusSeconds(1))).isInstanceOf(Opened.LoggedOutMeanwhile.class);
        assertThat(sessions.open(user("ada", 300, "r"), Optional.of("s2"), NOW.plusSeconds(1))).isInstanceOf(Opened.LoggedOutMeanwhile.class);
        assertThat(sessions.open(user("bob", 300, "r"), Optional.of("s2"), NOW.plusSeconds(1))).isInstanceOf(Opened.Begun.class);
    }

    @Test
    void sessionCanBeCalledBackByWhatLogsShowOfIt() {
        Session session = ((Opened.Begun) sessions.open(user("ada", 300, "r"), Optional.empty(), NOW)).session();
        assertThat(((Use.Fresh) use(session, NOW, SessionTest::never)).who().identity().revocationHandles())
                .containsExactly(new RevocationHandle.SessionId(session.id().shown()));
    }

    @Test
    void whatNobodyGaveOutIsNoSession() {
        Opened.Begun begun = open(user("ada", 300, "r1"), "s1");
        for (String planted : List.of("", "x", begun.secret() + "A", begun.secret().substring(1), begun.session().id().hash(), "é".repeat(43))) {
            assertThat(sessions.find(planted, NOW)).as(planted).isEmpty();
        }
        assertThat(open(user("ada", 300, "r1"), "s1").secret()).isNotEqualTo(begun.secret());
    }

    @Test
    void noMoreAreOpenThanThereIsRoomForAndWhatIsOverMakesRoom() {
        for (int each = 0; each < 3; each++) {
            open(user("ada", 360_000, "r"), "s");
        }
        assertThat(sessions.open(user("ada", 300, "r"), Optional.of("s"), NOW)).isInstanceOf(Opened.Full.class);
        assertThat(sessions.open(user("ada", 300, "r"), Optional.of("s"), NOW.plus(RULES.idle()))).isInstanceOf(Opened.Begun.class);
        assertThat(sessions.size()).isEqualTo(1);
    }

    @Test
    void textOfASessionHoldsNothingToUseItWith() {
        Opened.Begun begun = open(user("ada", 300, "r1"), "s1");
        assertThat(begun.session().toString()).doesNotContain(begun.secret(), "r1");
        assertThat(begun.session().id().hash()).isNotEqualTo(begun.secret());
    }

    private Opened.Begun open(SignedIn who, String providerSession) {
        return (Opened.Begun) sessions.open(who, Optional.of(providerSession), NOW);
    }

    private static Use use(Session session, Instant at, Function<SignedIn, CompletionStage<Renewal>> renew) {
        return session.use(at, renew).toCompletableFuture().join();
    }

    private static CompletionStage<Renewal> never(SignedIn who) {
        throw new AssertionError("nothing of " + who.identity().subject() + " is to be renewed");
    }

    private static SignedIn user(String subject, long freshSeconds, String refreshToken) {
        Identity identity = new Identity(
                subject, List.of(new Proof(AuthMethod.OIDC, "people")), Set.of(), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), List.of());
        return new SignedIn(
                identity, NOW, Secret.ofText("access"), NOW.plusSeconds(freshSeconds),
                refreshToken.isEmpty() ? Optional.empty() : Optional.of(Secret.ofText(refreshToken)));
    }

    private static String text(Secret secret) {
        return new String(secret.reveal(), StandardCharsets.UTF_8);
    }
}
