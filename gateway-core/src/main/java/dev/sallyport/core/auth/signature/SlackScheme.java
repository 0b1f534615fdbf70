package dev.sallyport.core.auth.signature;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.port.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Slack's requests: {@code X-Slack-Signature: v0=<hex>} over {@code v0:<time>:<content>}, the time in its own header. */
public record SlackScheme() implements SignatureScheme {
    private static final String HEADER = "X-Slack-Signature";
    private static final String TIME_HEADER = "X-Slack-Request-Timestamp";
    private static final String VERSION = "v0";

    @Override
    public String header() {
        return HEADER;
    }

    @Override
    public Content content() {
        return Content.OPTIONAL;
    }

    @Override
    public Reading read(HeaderFields fields) {
        Optional<byte[]> signature = SchemeFields.only(fields, HEADER)
                .filter(value -> value.startsWith(VERSION + "="))
                .flatMap(value -> Mac256.parseHex(value.substring(VERSION.length() + 1)));
        if (signature.isEmpty()) {
            return new Reading.Malformed("`" + HEADER + "` is not once `v0=` and 64 hexadecimal digits");
        }
        Optional<String> time = SchemeFields.only(fields, TIME_HEADER);
        Optional<Instant> signedAt = time.flatMap(SchemeFields::time);
        if (signedAt.isEmpty()) {
            return new Reading.Malformed("`" + TIME_HEADER + "` is not once a Unix time in seconds");
        }
        return new Reading.Claim(SchemeFields.bytes(VERSION + ":" + time.get() + ":"), List.of(signature.get()), signedAt);
    }

    @Override
    public List<SignedField> sign(Secret secret, byte[] content, Instant signedAt, String messageId) {
        String time = Long.toString(signedAt.getEpochSecond());
        String mac = Mac256.hex(keyBytes(secret), VERSION + ":" + time + ":", content);
        return List.of(new SignedField(TIME_HEADER, time), new SignedField(HEADER, VERSION + "=" + mac));
    }
}
