package dev.sallyport.core.state.revocation;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One credential, or all older ones of somebody, called back.
 *
 * @param name whose: a {@code jti}, a subject, a client, a {@code sid}, a key's id, or a certificate as {@link #certificate} names it
 * @param at for a token or session when it ends anyway; for a subject or client the time before which what they hold was
 *     issued; for the others {@link Instant#MAX}
 */
public record Revocation(Kind kind, String name, Instant at, Revoker by) {
    Revocation(Kind kind, String name, Instant at) {
        this(kind, name, at, Revoker.OPERATOR);
    }

    /** What is called back; the label stands in records and files. */
    public enum Kind {
        TOKEN,
        /** All tokens of a subject that were issued before. */
        SUBJECT,
        /** All tokens of an OAuth client that were issued before. */
        CLIENT,
        SESSION,
        KEY,
        CERTIFICATE;

        private final String label = name().toLowerCase(Locale.ROOT);

        public String label() {
            return label;
        }
    }

    public static Revocation token(String jti, Instant until) {
        return new Revocation(Kind.TOKEN, jti, until);
    }

    public static Revocation subject(String subject, Instant issuedBefore) {
        return new Revocation(Kind.SUBJECT, subject, issuedBefore);
    }

    public static Revocation client(String client, Instant issuedBefore) {
        return new Revocation(Kind.CLIENT, client, issuedBefore);
    }

    public static Revocation session(String sid) {
        return session(sid, Instant.MAX);
    }

    /** @param until the provider issues no token for the session any more, and the last one has expired by then */
    public static Revocation session(String sid, Instant until) {
        return new Revocation(Kind.SESSION, sid, until);
    }

    public static Revocation key(String id) {
        return new Revocation(Kind.KEY, id, Instant.MAX);
    }

    /**
     * @param serial in lower-case hexadecimal
     * @param issuer canonical name; absent means whoever issued it
     */
    public static Revocation certificate(String serial, Optional<String> issuer) {
        return new Revocation(Kind.CERTIFICATE, certificateName(serial, issuer.orElse("")), Instant.MAX);
    }

    public Revocation by(Revoker revoker) {
        return new Revocation(kind, name, at, revoker);
    }

    static String certificateName(String serial, String issuer) {
        return issuer.isEmpty() ? serial : serial + " of " + issuer;
    }
}
