package dev.sallyport.core.auth;

/** An authenticator threw, at once or in its pending work: a defect, for which the request is denied under its name. */
public final class AuthenticatorDefect extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Authenticator authenticator;

    AuthenticatorDefect(Authenticator authenticator, Throwable cause) {
        super(cause);
        this.authenticator = authenticator;
    }

    public Authenticator authenticator() {
        return authenticator;
    }
}
