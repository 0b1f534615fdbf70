package dev.sallyport.core.reject;

import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.http.uri.TargetViolation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One refusal of one request.
 *
 * @param status the reason's own, but for the few that the catalogue lets vary (a certificate refused where the chain is mtls alone: 403)
 * @param fields what the answer carries beside the problem document: challenges, Allow, Retry-After, Proxy-Status
 * @param oauthError error code of RFC 6749 §5.2, where the client is sent the document of that section in place of a problem
 * @param logDetail what was found and what was expected, both named; it leaves the log only where {@code errors.detail} is true; never a credential
 */
public record Rejection(RejectReason reason, int status, List<ResponseField> fields, Optional<String> oauthError, String logDetail) {

    public static Rejection of(RejectReason reason, String logDetail) {
        return new Rejection(reason, reason.status(), List.of(), Optional.empty(), logDetail);
    }

    /** A target that no server should read, or that two could read differently. */
    public static Rejection of(TargetViolation violation) {
        RejectReason reason = switch (violation.kind()) {
            case MALFORMED -> RejectReason.TARGET_MALFORMED;
            case AMBIGUOUS -> RejectReason.PATH_AMBIGUOUS;
        };
        return of(reason, violation.sentence());
    }

    public Rejection withStatus(int other) {
        return new Rejection(reason, other, fields, oauthError, logDetail);
    }

    public Rejection withOAuthError(String error) {
        return new Rejection(reason, status, fields, Optional.of(error), logDetail);
    }

    public Rejection with(String name, String value) {
        List<ResponseField> longer = new ArrayList<>(fields);
        longer.add(new ResponseField(name, value));
        return new Rejection(reason, status, List.copyOf(longer), oauthError, logDetail);
    }

    public Rejection withRetryAfter(Duration wait) {
        return with("Retry-After", Long.toString(Math.max(1, wait.toSeconds())));
    }

    public Rejection with(List<Challenge> challenges) {
        Rejection challenged = this;
        for (Challenge challenge : challenges) {
            challenged = challenged.with("WWW-Authenticate", challenge.toString());
        }
        return challenged;
    }
}
