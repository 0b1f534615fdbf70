package dev.sallyport.core.auth.signature;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.port.Secret;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A MAC over the content, in a header of the operator's choice, hex or base64, with or without {@code sha256=} before
 * it. With a timestamp header it is over {@code <timestamp>.<content>}.
 */
public record BodyScheme(String header, Optional<String> timestampHeader) implements SignatureScheme {
    private static final String PREFIX = "sha256=";

    @Override
    public Content content() {
        return Content.REQUIRED;
    }

    @Override
    public Reading read(HeaderFields fields) {
        Optional<byte[]> signature = SchemeFields.only(fields, header).flatMap(BodyScheme::signature);
        if (signature.isEmpty()) {
            return new Reading.Malformed("`" + header + "` is not once 32 bytes in hex or base64");
        }
        if (timestampHeader.isEmpty()) {
            return new Reading.Claim(new byte[0], List.of(signature.get()), Optional.empty());
        }
        Optional<String> time = SchemeFields.only(fields, timestampHeader.get());
        Optional<Instant> signedAt = time.flatMap(SchemeFields::time);
        if (signedAt.isEmpty()) {
            return new Reading.Malformed("`" + timestampHeader.get() + "` is not once a Unix time in seconds");
        }
        return new Reading.Claim(SchemeFields.bytes(time.get() + "."), List.of(signature.get()), signedAt);
    }

    private static Optional<byte[]> signature(String value) {
        String text = value.startsWith(PREFIX) ? value.substring(PREFIX.length()) : value;
        Optional<byte[]> hex = Mac256.parseHex(text);
        return hex.isPresent() ? hex : parseBase64(text);
    }

    static Optional<byte[]> parseBase64(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            return bytes.length == Mac256.BYTES ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public List<SignedField> sign(Secret secret, byte[] content, Instant signedAt, String messageId) {
        String time = Long.toString(signedAt.getEpochSecond());
        String prefix = timestampHeader.isPresent() ? time + "." : "";
        SignedField signature = new SignedField(header, PREFIX + Mac256.hex(keyBytes(secret), prefix, content));
        return timestampHeader.map(name -> List.of(new SignedField(name, time), signature)).orElse(List.of(signature));
    }
}
