package dev.sallyport.core.reject;

import java.util.Locale;

/** What a client learns of a refusal: the {@code code} of the problem document. Coarse on purpose: a finer one is an oracle. */
public enum Code {
    BAD_REQUEST("The request is malformed."),
    UNAUTHORIZED("Valid credentials are needed."),
    FORBIDDEN("The credentials do not allow this."),
    NOT_FOUND("Nothing is served here."),
    METHOD_NOT_ALLOWED("This method is not served here."),
    PAYLOAD_TOO_LARGE("The content is too large."),
    HEADERS_TOO_LARGE("The header section is too large."),
    URI_TOO_LONG("The request target is too long."),
    TOO_MANY_REQUESTS("Too many requests."),
    NOT_IMPLEMENTED("This is not implemented."),
    INTERNAL("Something went wrong here."),
    BAD_GATEWAY("The upstream failed."),
    UNAVAILABLE("Not available at the moment."),
    GATEWAY_TIMEOUT("The upstream took too long.");

    private final String label = name().toLowerCase(Locale.ROOT);
    private final String title;

    Code(String title) {
        this.title = title;
    }

    public String label() {
        return label;
    }

    public String title() {
        return title;
    }
}
