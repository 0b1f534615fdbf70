package dev.sallyport.server.cli.quickstart;

/**
 * A line to paste, and what comes of it.
 *
 * @param title what it shows
 * @param outcome {@code accepted}, {@code refused (401 token_expired)} or {@code refused (TLS alert …)}
 */
public record Attempt(String title, String outcome, String curl) {
    static Attempt accepted(String title, String curl) {
        return new Attempt(title, "accepted", curl);
    }

    static Attempt refused(String title, int status, String reason, String curl) {
        return new Attempt(title, "refused (" + status + " " + reason + ")", curl);
    }

    /** Refused in the handshake: nobody is there whom a status could tell. */
    static Attempt alerted(String title, String alert, String curl) {
        return new Attempt(title, "refused (TLS alert " + alert + ")", curl);
    }
}
