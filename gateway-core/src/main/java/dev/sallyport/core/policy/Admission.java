package dev.sallyport.core.policy;

import dev.sallyport.core.auth.ChainPlan;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What is asked of a request before any credential of it is looked at: cheap, and the same for all schemes. */
public final class Admission {
    private final AttemptCounters attempts;

    public Admission(AttemptCounters attempts) {
        this.attempts = attempts;
    }

    public Optional<Rejection> check(ChainPlan plan, RequestView request, Optional<FailedAttempts> bound) {
        boolean presents = plan.presentsCredential(request);
        if (presents && request.isReadableByOthers()) {
            return httpsRequired();
        }
        return checkQuery(plan.urlParameters(), request, presents || !request.peer().certificates().isEmpty() ? bound : Optional.empty());
    }

    /**
     * Where every request is a credential, whatever its form.
     *
     * @param urlParameters names, in lower case, of what must not stand in a query
     */
    public Optional<Rejection> check(Set<String> urlParameters, RequestView request, Optional<FailedAttempts> bound) {
        return request.isReadableByOthers() ? httpsRequired() : checkQuery(urlParameters, request, bound);
    }

    private static Optional<Rejection> httpsRequired() {
        return Optional.of(Rejection.of(RejectReason.HTTPS_REQUIRED, "a credential came over plain HTTP"));
    }

    private Optional<Rejection> checkQuery(Set<String> parameters, RequestView request, Optional<FailedAttempts> bound) {
        Optional<String> query = request.head().target().query();
        if (query.isPresent() && !parameters.isEmpty()) {
            Optional<String> parameter = findCredential(query.get(), parameters);
            if (parameter.isPresent()) {
                return Optional.of(Rejection.of(RejectReason.CREDENTIALS_IN_URL, "query parameter `" + parameter.get() + "`"));
            }
        }
        return bound.isPresent() ? checkAttempts(bound.get(), request) : Optional.empty();
    }

    private Optional<Rejection> checkAttempts(FailedAttempts bound, RequestView request) {
        Optional<Duration> wait = attempts.findWait(bound, request.peer().listener(), request.client().address(), request.receivedAt());
        return wait.map(duration -> Rejection.of(RejectReason.FAILED_ATTEMPTS_EXCEEDED, bound.max() + " refused credentials within " + bound.per())
                .withRetryAfter(duration.plusSeconds(1)));
    }

    /** Counts a refusal if a credential was presented and was at fault. */
    public void count(Rejection rejection, RequestView request, Optional<FailedAttempts> bound) {
        boolean isAttempt = rejection.reason().stage() == RejectReason.Stage.AUTHENTICATE
                && rejection.reason().fault() == RejectReason.Fault.CLIENT
                && rejection.reason() != RejectReason.CREDENTIALS_MISSING
                // An id that nobody could guess, from a page that goes on asking when its session has ended.
                && rejection.reason() != RejectReason.SESSION_EXPIRED
                // A step of the protocol: token and proof held, and every good client comes without a nonce first (RFC 9449 §9).
                && rejection.reason() != RejectReason.DPOP_NONCE_REQUIRED
                && rejection.reason() != RejectReason.CERTIFICATE_MISSING;
        if (isAttempt && bound.isPresent()) {
            attempts.count(bound.get(), request.peer().listener(), request.client().address(), request.receivedAt());
        }
    }

    private static Optional<String> findCredential(String query, Set<String> names) {
        for (String pair : query.split("[&;]", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals)).toLowerCase(Locale.ROOT);
            if (names.contains(name)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    private static String decode(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8).strip();
        } catch (IllegalArgumentException _) {
            // A bad escape: no server decodes it, so it names nothing.
            return name;
        }
    }
}
