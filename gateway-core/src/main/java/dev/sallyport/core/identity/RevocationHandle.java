package dev.sallyport.core.identity;

import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.security.auth.x500.X500Principal;

/** Something by which a credential can be called back while it is still in date. */
public sealed interface RevocationHandle {
    /** A name that one issuer gave out: another's user or session may be called the same (RFC 7519 §4.1.2). */
    static String ofIssuer(String name, String issuer) {
        return name + " of " + issuer;
    }

    record TokenId(String jti) implements RevocationHandle {}

    /** All of a subject's tokens issued before some instant. */
    record SubjectIssued(String subject, Instant issuedAt) implements RevocationHandle {}

    /** All tokens issued to an OAuth client before some instant. */
    record ClientIssued(String client, Instant issuedAt) implements RevocationHandle {}

    /** A session at the provider ({@code sid}, OpenID Connect Front-Channel Logout §3). */
    record SessionId(String sid) implements RevocationHandle {}

    /** An API key, the secret of a webhook, or the key that signed a token. */
    record KeyId(String id) implements RevocationHandle {}

    /**
     * @param serial number in lower-case hexadecimal
     * @param issuer canonical name, for two authorities may give out one serial
     */
    record CertificateSerial(String serial, String issuer) implements RevocationHandle {
        public static CertificateSerial of(X509Certificate certificate) {
            return new CertificateSerial(certificate.getSerialNumber().toString(16), certificate.getIssuerX500Principal().getName(X500Principal.CANONICAL));
        }
    }
}
