package dev.sallyport.core.jose;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A token in the compact serialisation (RFC 7515 §3.1), read and not yet believed. Whatever the header says about keys
 * ({@code jwk}, {@code jku}, {@code x5u}, {@code x5c}) is never looked at (RFC 8725 §3.10).
 *
 * @param algorithm the header's {@code alg} as written; whether it is allowed is the configuration's say
 * @param type the header's {@code typ} as written
 * @param signingInput what was signed: header and payload as they stood
 * @param claims the payload as plain Java values
 */
public record CompactJws(
        String algorithm,
        Optional<String> keyId,
        Optional<String> type,
        byte[] signingInput,
        Map<String, Object> claims,
        byte[] signature) {

    /** Longer ones are no access tokens, and cost more to read than they are worth. */
    public static final int MAX_LENGTH = 16 * 1024;

    /** A key id is a look-up key that the sender chooses (RFC 8725 §3.10). */
    public static final int MAX_KEY_ID_LENGTH = 256;

    /** What reading gave. */
    public sealed interface Parsed {
        record Token(CompactJws jws) implements Parsed {}

        /** {@code why} is one clause for the log, without a byte of the token. */
        record Malformed(String why) implements Parsed {}
    }

    public static Parsed parse(String token) {
        if (token.length() > MAX_LENGTH) {
            return new Parsed.Malformed("longer than " + MAX_LENGTH + " characters");
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        // Looked for one by one: splitting would allocate for each of thousands of dots (CVE-2025-30204).
        if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
            return new Parsed.Malformed("not of three parts");
        }
        Optional<Map<String, Object>> header = StrictBase64.decode(token.substring(0, first)).flatMap(StrictJson::object);
        if (header.isEmpty()) {
            return new Parsed.Malformed("the header is not canonical base64url of one JSON object without duplicate members");
        }
        Optional<Map<String, Object>> claims = StrictBase64.decode(token.substring(first + 1, second)).flatMap(StrictJson::object);
        if (claims.isEmpty()) {
            return new Parsed.Malformed("the payload is not canonical base64url of one JSON object without duplicate members");
        }
        Optional<byte[]> signature = StrictBase64.decode(token.substring(second + 1));
        if (signature.isEmpty()) {
            return new Parsed.Malformed("the signature is not canonical base64url");
        }
        byte[] signingInput = token.substring(0, second).getBytes(StandardCharsets.US_ASCII);
        return assemble(header.get(), signingInput, claims.get(), signature.get());
    }

    private static Parsed assemble(Map<String, Object> header, byte[] signingInput, Map<String, Object> claims, byte[] signature) {
        // RFC 7515 §4.1.11: what is marked critical and not understood refuses the token, and we understand none.
        // RFC 7797 (b64) changes what is signed; zip belongs to encryption and is how small tokens grow.
        for (String member : new String[] {"crit", "b64", "zip"}) {
            if (header.containsKey(member)) {
                return new Parsed.Malformed("the header has `" + member + "`, which is not supported");
            }
        }
        if (!(header.get("alg") instanceof String algorithm)) {
            return new Parsed.Malformed("the header's `alg` is missing or no string");
        }
        for (String member : new String[] {"kid", "typ"}) {
            if (header.containsKey(member) && !(header.get(member) instanceof String)) {
                return new Parsed.Malformed("the header's `" + member + "` is no string");
            }
        }
        Optional<String> keyId = Optional.ofNullable(header.get("kid")).map(String.class::cast);
        if (keyId.isPresent() && keyId.get().length() > MAX_KEY_ID_LENGTH) {
            return new Parsed.Malformed("the header's `kid` is longer than " + MAX_KEY_ID_LENGTH + " characters");
        }
        Optional<String> type = Optional.ofNullable(header.get("typ")).map(String.class::cast);
        return new Parsed.Token(new CompactJws(algorithm, keyId, type, signingInput, claims, signature));
    }

    /** Nothing of it: a token is a credential. */
    @Override
    public String toString() {
        return "CompactJws[" + algorithm + "]";
    }
}
