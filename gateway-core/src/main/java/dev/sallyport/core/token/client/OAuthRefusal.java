package dev.sallyport.core.token.client;

import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;

/** Ends an OAuth request. Thrown without a trace of the stack: requests like this are cheap to send. */
public final class OAuthRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Rejection rejection;

    private OAuthRefusal(Rejection rejection) {
        super(rejection.logDetail(), null, false, false);
        this.rejection = rejection;
    }

    public Rejection rejection() {
        return rejection;
    }

    /** Told as it is, as a problem: OAuth has no error for it. */
    public static OAuthRefusal of(Rejection rejection) {
        return new OAuthRefusal(rejection);
    }

    /** With an error code of RFC 6749 §5.2 or of an extension. */
    public static OAuthRefusal of(RejectReason reason, String error, String detail) {
        return new OAuthRefusal(Rejection.of(reason, detail).withOAuthError(error));
    }

    public static OAuthRefusal invalidRequest(String detail) {
        return of(RejectReason.OAUTH_REQUEST_MALFORMED, "invalid_request", detail);
    }

    public static OAuthRefusal invalidClient(RejectReason reason, String detail) {
        return of(reason, "invalid_client", detail);
    }
}
