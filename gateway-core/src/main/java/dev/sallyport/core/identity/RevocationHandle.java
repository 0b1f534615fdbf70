package dev.sallyport.core.identity;

import java.time.Instant;

/** Something by which a credential can be called back while it is still in date. */
public sealed interface RevocationHandle {
    record TokenId(String jti) implements RevocationHandle {}

    /** All of a subject's tokens issued before some instant. */
    record SubjectIssued(String subject, Instant issuedAt) implements RevocationHandle {}

    record KeyId(String id) implements RevocationHandle {}

    /** Serial number in lower-case hexadecimal. */
    record CertificateSerial(String serial) implements RevocationHandle {}
}
