package dev.sallyport.core.state.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.port.GatewayEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/** Browser sessions of one authenticator, and so of one issuer's subjects, in this process: they end with it. */
public final class Sessions {
    private static final String LIMIT = "sessions";
    private static final String SUBJECT_LIMIT = "sessions_per_subject";

    /** How long a log-out is remembered for a sign-in that was under way when it came. */
    private static final Duration LOG_OUT_REMEMBERED = Duration.ofMinutes(10);

    /** Past it, the oldest of the user ends: nobody fills the room of all the others. */
    public static final int MAX_PER_SUBJECT = 100;

    private static final int MAX_LOG_OUTS = 10_000;

    /** Least pause between two looks for sessions that are over. */
    private static final Duration SWEEP_PAUSE = Duration.ofSeconds(10);

    private final SessionRules rules;
    private final GatewayEvents events;
    private final ConcurrentMap<SessionId, Session> open = new ConcurrentHashMap<>();
    private final SessionsBySubject bySubject = new SessionsBySubject();
    private final Cache<LoggedOut, Instant> loggedOut = Caffeine.newBuilder().maximumSize(MAX_LOG_OUTS).executor(Runnable::run).build();
    private Instant sweptAt = Instant.MIN;

    /** Whom the provider logged out. */
    private sealed interface LoggedOut {
        record OfSession(String sid) implements LoggedOut {}

        record OfSubject(String subject) implements LoggedOut {}

        /** Of the subject's sessions for which the provider has no name, one, and nobody can tell which. */
        record OfUnnamed(String subject) implements LoggedOut {}
    }

    /** What opening one gave. */
    public sealed interface Opened {
        /** @param secret for the browser's cookie, and for nobody else */
        record Begun(String secret, Session session) implements Opened {
            @Override
            public String toString() {
                return "Begun[" + session + "]";
            }
        }

        /** The provider logged the user out while the sign-in was under way. */
        record LoggedOutMeanwhile() implements Opened {}

        record Full() implements Opened {}
    }

    public Sessions(SessionRules rules, GatewayEvents events) {
        this.rules = rules;
        this.events = events;
    }

    public SessionRules rules() {
        return rules;
    }

    public Opened open(SignedIn who, Optional<String> providerSession, Instant now) {
        if (isLoggedOut(who, providerSession, now)) {
            return new Opened.LoggedOutMeanwhile();
        }
        sweep(now);
        if (open.size() >= rules.maxOpen() && bySubject.of(who.identity().subject()).size() < MAX_PER_SUBJECT) {
            events.limitReached(LIMIT);
            return new Opened.Full();
        }
        String secret = SessionId.randomSecret();
        SessionId id = SessionId.of(secret);
        // By what logs show of it: the provider may have no name for it.
        SignedIn named = who.alsoBy(new RevocationHandle.SessionId(id.shown()));
        Session session = new Session(id, named, providerSession, now, rules.idle(), now.plus(rules.absolute()));
        bySubject.add(session);
        open.put(session.id(), session);
        // Once more: a log-out that came since the first look did not find it among the open ones.
        if (isLoggedOut(who, providerSession, now)) {
            remove(session);
            return new Opened.LoggedOutMeanwhile();
        }
        endOldest(session.subject());
        return new Opened.Begun(secret, session);
    }

    private void endOldest(String subject) {
        List<Session> own = bySubject.of(subject);
        if (own.size() > MAX_PER_SUBJECT) {
            events.limitReached(SUBJECT_LIMIT);
            own.subList(0, own.size() - MAX_PER_SUBJECT).forEach(this::remove);
        }
    }

    private boolean isLoggedOut(SignedIn who, Optional<String> providerSession, Instant now) {
        boolean session = providerSession.map(LoggedOut.OfSession::new).map(loggedOut::getIfPresent).filter(at -> isRemembered(at, now)).isPresent();
        String subject = who.identity().subject();
        return session || isVouchedBefore(new LoggedOut.OfSubject(subject), who, now)
                || (providerSession.isEmpty() && isVouchedBefore(new LoggedOut.OfUnnamed(subject), who, now));
    }

    /** The provider vouches in whole seconds: what it said within the second of the log-out came before it. */
    private boolean isVouchedBefore(LoggedOut logOut, SignedIn who, Instant now) {
        Instant at = loggedOut.getIfPresent(logOut);
        return at != null && isRemembered(at, now) && !who.issuedAt().isAfter(at);
    }

    private static boolean isRemembered(Instant at, Instant now) {
        return now.isBefore(at.plus(LOG_OUT_REMEMBERED));
    }

    /** One that is not over, by what the browser sent. */
    public Optional<Session> find(String secret, Instant now) {
        if (!SessionId.isPossible(secret)) {
            return Optional.empty();
        }
        Session session = open.get(SessionId.of(secret));
        if (session == null || session.isOver(now)) {
            Optional.ofNullable(session).ifPresent(this::remove);
            return Optional.empty();
        }
        return Optional.of(session);
    }

    /** @return the one that was open */
    public Optional<Session> end(String secret) {
        Session session = SessionId.isPossible(secret) ? open.get(SessionId.of(secret)) : null;
        Optional.ofNullable(session).ifPresent(this::remove);
        return Optional.ofNullable(session);
    }

    /** All that belong to the provider's session. */
    public void endOfProvider(String sid, Instant now) {
        loggedOut.put(new LoggedOut.OfSession(sid), now);
        endAll(open.values(), session -> session.providerSession().equals(Optional.of(sid)));
    }

    /**
     * All of a subject that were begun before.
     *
     * @param at by the provider's clock, as are the ID tokens that the sessions began with
     */
    public void endOfSubject(String subject, Instant at) {
        remember(new LoggedOut.OfSubject(subject), at);
        endAll(bySubject.of(subject), session -> !session.issuedAt().isAfter(at));
    }

    /** Likewise, of those alone for which the provider has no name. */
    public void endUnnamedOfSubject(String subject, Instant at) {
        remember(new LoggedOut.OfUnnamed(subject), at);
        endAll(bySubject.of(subject), session -> session.providerSession().isEmpty() && !session.issuedAt().isAfter(at));
    }

    /** A log-out that was held up on its way takes nothing back of a later one. */
    private void remember(LoggedOut logOut, Instant at) {
        loggedOut.asMap().merge(logOut, at, (one, other) -> one.isAfter(other) ? one : other);
    }

    private void endAll(Collection<Session> among, Predicate<Session> condition) {
        among.stream().filter(condition).forEach(this::remove);
    }

    private void remove(Session session) {
        session.end();
        open.remove(session.id(), session);
        bySubject.remove(session);
    }

    private synchronized void sweep(Instant now) {
        if (now.isBefore(sweptAt.plus(SWEEP_PAUSE)) && open.size() < rules.maxOpen()) {
            return;
        }
        sweptAt = now;
        endAll(open.values(), session -> session.isOver(now));
    }

    public int size() {
        return open.size();
    }
}
