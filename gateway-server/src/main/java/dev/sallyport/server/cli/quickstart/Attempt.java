package dev.sallyport.server.cli.quickstart;

/**
 * A line to paste, and what comes of it.
 *
 * @param title what it shows
 * @param outcome {@code accepted}, or {@code refused (401 token_expired)}
 */
public record Attempt(String title, String outcome, String curl) {
    static Attempt accepted(String title, String curl) {
        return new Attempt(title, "accepted", curl);
    }

    static Attempt refused(String title, int status, String reason, String curl) {
        return new Attempt(title, "refused (" + status + " " + reason + ")", curl);
    }
}
