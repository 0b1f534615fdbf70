package dev.sallyport.core.auth.signature;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.port.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Stripe's webhooks: {@code Stripe-Signature: t=<time>,v1=<hex>[,v1=<hex>]} over {@code <time>.<content>}. Elements of
 * other versions ({@code v0}) are passed over, as Stripe asks, so that nobody can downgrade.
 */
public record StripeScheme() implements SignatureScheme {
    private static final String HEADER = "Stripe-Signature";

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
        Optional<String> value = SchemeFields.only(fields, HEADER);
        if (value.isEmpty()) {
            return new Reading.Malformed("`" + HEADER + "` is repeated, empty or too long");
        }
        List<String> times = new ArrayList<>();
        List<byte[]> signatures = new ArrayList<>();
        for (String element : value.get().split(",", -1)) {
            String item = element.strip();
            if (item.startsWith("t=")) {
                times.add(item.substring(2));
            } else if (item.startsWith("v1=")) {
                Mac256.parseHex(item.substring(3)).ifPresent(signatures::add);
            }
        }
        Optional<Instant> signedAt = times.size() == 1 ? SchemeFields.time(times.getFirst()) : Optional.empty();
        if (signedAt.isEmpty() || signatures.isEmpty() || signatures.size() > MAX_SIGNATURES) {
            return new Reading.Malformed("`" + HEADER + "` needs one `t=` in Unix seconds and 1 to " + MAX_SIGNATURES + " `v1=` of 64 hexadecimal digits");
        }
        return new Reading.Claim(SchemeFields.bytes(times.getFirst() + "."), signatures, signedAt);
    }

    @Override
    public List<SignedField> sign(Secret secret, byte[] content, Instant signedAt, String messageId) {
        long time = signedAt.getEpochSecond();
        return List.of(new SignedField(HEADER, "t=" + time + ",v1=" + Mac256.hex(keyBytes(secret), time + ".", content)));
    }
}
