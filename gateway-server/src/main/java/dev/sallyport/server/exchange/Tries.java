package dev.sallyport.server.exchange;

import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.oauth.lending.LentToken;
import dev.sallyport.core.oauth.lending.TokenOutcome;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.server.exchange.upstream.RetryRule;
import dev.sallyport.server.exchange.upstream.UpstreamCall;
import dev.sallyport.server.observe.Timeline.UpstreamLeg;
import dev.sallyport.server.upstream.UpstreamConnection;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What became of the tries of one request so far, on which it is decided whether there is another. */
final class Tries {
    private final Upstream upstream;
    private final RequestView request;
    private final ExchangeLog log;
    private final Set<Target> unreachable = new HashSet<>();
    private int stale;
    private Renewal renewal = Renewal.NOT_ASKED;
    private long legStartNanos = System.nanoTime();

    /** Whether the gateway's own token was renewed for this request; once is enough. */
    private enum Renewal { NOT_ASKED, ASKED }

    Tries(Upstream upstream, RequestView request, ExchangeLog log) {
        this.upstream = upstream;
        this.request = request;
        this.log = log;
    }

    void begin() {
        legStartNanos = System.nanoTime();
    }

    void end(Target target) {
        log.tried(new UpstreamLeg(upstream.name(), target.label(), System.nanoTime() - legStartNanos));
    }

    /** Targets that took no connection. */
    Set<Target> unreachable() {
        return unreachable;
    }

    /** Whether there is a target that was not tried; nothing was sent to this one, so any other may be asked. */
    boolean hasAnotherThan(Target target) {
        unreachable.add(target);
        end(target);
        return unreachable.size() < upstream.targets().size();
    }

    /** Whether the call failed for a reason that another would not meet. */
    boolean mayFollow(UpstreamConnection connection, UpstreamCall.Outcome outcome, Rejection rejection) {
        boolean mayFollow = RetryRule.allows(connection.origin(), outcome, rejection, request.head(), stale);
        stale += mayFollow ? 1 : 0;
        return mayFollow;
    }

    /** The upstream does not take the token. Present where the request may be sent once more with what comes. */
    Optional<CompletionStage<TokenOutcome>> another(LentToken refused) {
        Instant now = Instant.now();
        if (renewal == Renewal.ASKED || !RetryRule.allowsWithAnotherToken(request)) {
            refused.refused(now);
            return Optional.empty();
        }
        renewal = Renewal.ASKED;
        return refused.another(now);
    }
}
