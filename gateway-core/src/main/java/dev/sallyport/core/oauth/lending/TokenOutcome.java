package dev.sallyport.core.oauth.lending;

/** What asking for a token for an upstream gave. */
public sealed interface TokenOutcome {
    record Issued(LentToken token) implements TokenOutcome {}

    /** The server gives none on behalf of this caller; {@code why} is for the log. */
    record Refused(String why) implements TokenOutcome {}

    /** There is none now, whoever asks; {@code why} is for the log. */
    record Unavailable(String why) implements TokenOutcome {}
}
