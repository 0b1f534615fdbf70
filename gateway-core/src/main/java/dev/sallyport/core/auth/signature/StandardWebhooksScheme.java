package dev.sallyport.core.auth.signature;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.port.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Standard Webhooks 1.0: {@code webhook-signature: v1,<base64>[ v1,<base64>]} over {@code <id>.<time>.<content>}.
 * Signatures of other versions ({@code v1a}, asymmetric) are passed over.
 */
public record StandardWebhooksScheme() implements SignatureScheme {
    private static final String HEADER = "webhook-signature";
    private static final String ID_HEADER = "webhook-id";
    private static final String TIME_HEADER = "webhook-timestamp";
    private static final String SECRET_PREFIX = "whsec_";
    private static final String VERSION = "v1,";
    private static final int MAX_ID_LENGTH = 256;

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
        // A dot in the id would let the signed text be split in another place, and the time with it.
        Optional<String> id = SchemeFields.only(fields, ID_HEADER).filter(text -> text.length() <= MAX_ID_LENGTH && text.indexOf('.') < 0);
        Optional<String> time = SchemeFields.only(fields, TIME_HEADER);
        Optional<Instant> signedAt = time.flatMap(SchemeFields::time);
        if (id.isEmpty() || signedAt.isEmpty()) {
            return new Reading.Malformed("it needs one `" + ID_HEADER + "` without dots and one `" + TIME_HEADER + "` in Unix seconds");
        }
        List<byte[]> signatures = new ArrayList<>();
        for (String element : SchemeFields.only(fields, HEADER).orElse("").split(" ", -1)) {
            if (element.startsWith(VERSION)) {
                BodyScheme.parseBase64(element.substring(VERSION.length())).ifPresent(signatures::add);
            }
        }
        if (signatures.isEmpty() || signatures.size() > MAX_SIGNATURES) {
            return new Reading.Malformed("`" + HEADER + "` needs 1 to " + MAX_SIGNATURES + " of `v1,<base64 of 32 bytes>`");
        }
        return new Reading.Claim(SchemeFields.bytes(id.get() + "." + time.get() + "."), signatures, signedAt);
    }

    /** What follows {@code whsec_} is base64; a secret without it is taken as it stands. */
    @Override
    public byte[] keyBytes(Secret secret) {
        String text = new String(secret.reveal(), StandardCharsets.UTF_8);
        return text.startsWith(SECRET_PREFIX) ? Base64.getDecoder().decode(text.substring(SECRET_PREFIX.length())) : secret.reveal();
    }

    @Override
    public Optional<String> problemWith(Secret secret) {
        try {
            return SignatureScheme.super.problemWith(Secret.of(keyBytes(secret)));
        } catch (IllegalArgumentException _) {
            return Optional.of("what follows `whsec_` is not base64");
        }
    }

    @Override
    public List<SignedField> sign(Secret secret, byte[] content, Instant signedAt, String messageId) {
        String time = Long.toString(signedAt.getEpochSecond());
        byte[] mac = Mac256.of(keyBytes(secret), SchemeFields.bytes(messageId + "." + time + "."), content);
        return List.of(
                new SignedField(ID_HEADER, messageId),
                new SignedField(TIME_HEADER, time),
                new SignedField(HEADER, VERSION + Base64.getEncoder().encodeToString(mac)));
    }
}
