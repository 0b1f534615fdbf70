package dev.sallyport.core.auth.signature;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.port.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One sender's way of signing: which headers, over which bytes. Every one is an HMAC with SHA-256. */
public interface SignatureScheme {
    /** Shorter secrets can be guessed. */
    int MIN_SECRET_BYTES = 16;

    /** Signatures in one header; rotation needs two or three. */
    int MAX_SIGNATURES = 16;

    /** Characters of any header of a scheme. */
    int MAX_HEADER_LENGTH = 4096;

    /** The header that holds the signature; its presence claims the request. */
    String header();

    Content content();

    /** Whether a request without content may be signed. */
    enum Content { REQUIRED, OPTIONAL }

    /** Reads what the sender says; proves nothing. */
    Reading read(HeaderFields fields);

    sealed interface Reading {
        /**
         * @param prefix bytes that are signed before the content
         * @param signatures 32 bytes each; one match is enough
         * @param signedAt absent where the scheme signs no time
         */
        record Claim(byte[] prefix, List<byte[]> signatures, Optional<Instant> signedAt) implements Reading {}

        record Malformed(String why) implements Reading {}
    }

    /** The bytes to key the hash with. */
    default byte[] keyBytes(Secret secret) {
        return secret.reveal();
    }

    /** One clause about a secret that cannot serve, never with the secret in it. */
    default Optional<String> problemWith(Secret secret) {
        return secret.length() < MIN_SECRET_BYTES
                ? Optional.of("a secret of " + secret.length() + " bytes; at least " + MIN_SECRET_BYTES + " are needed")
                : Optional.empty();
    }

    /** What a sender adds to a request with this content. Headers that the scheme has no use for the id or time leave them out. */
    List<SignedField> sign(Secret secret, byte[] content, Instant signedAt, String messageId);

    /** One header line. */
    record SignedField(String name, String value) {}
}
