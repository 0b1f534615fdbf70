package dev.sallyport.core.jose;

import java.util.List;

/**
 * What a JWK Set or PEM file gave.
 *
 * @param leftOut one clause for each key that is there and not taken
 */
public record KeyList(List<KeyMaterial> keys, List<String> leftOut) {

    /** What reading gave. */
    public sealed interface Parsed {
        record Keys(KeyList list) implements Parsed {}

        record Malformed(String why) implements Parsed {}
    }
}
