package dev.sallyport.core.auth.signature;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.port.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** GitHub's webhooks: {@code X-Hub-Signature-256: sha256=<hex>} over the content. They sign no time. */
public record GitHubScheme() implements SignatureScheme {
    private static final String HEADER = "X-Hub-Signature-256";
    private static final String PREFIX = "sha256=";

    @Override
    public String header() {
        return HEADER;
    }

    @Override
    public Content content() {
        return Content.REQUIRED;
    }

    @Override
    public Reading read(HeaderFields fields) {
        Optional<byte[]> signature = SchemeFields.only(fields, HEADER)
                .filter(value -> value.startsWith(PREFIX))
                .flatMap(value -> Mac256.parseHex(value.substring(PREFIX.length())));
        return signature.isPresent()
                ? new Reading.Claim(new byte[0], List.of(signature.get()), Optional.empty())
                : new Reading.Malformed("`" + HEADER + "` is not once `sha256=` and 64 hexadecimal digits");
    }

    @Override
    public List<SignedField> sign(Secret secret, byte[] content, Instant signedAt, String messageId) {
        return List.of(new SignedField(HEADER, PREFIX + Mac256.hex(keyBytes(secret), "", content)));
    }
}
