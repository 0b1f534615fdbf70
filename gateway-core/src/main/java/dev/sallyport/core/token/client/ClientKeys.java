package dev.sallyport.core.token.client;

import dev.sallyport.core.jose.JwkSetReader;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.KeyList;
import dev.sallyport.core.jose.PemKeys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Public keys of clients that sign assertions. */
public final class ClientKeys {
    /** With which they may sign: asymmetric all of them. */
    public static final List<JwsAlgorithm> ALGORITHMS = List.of(
            JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.EDDSA, JwsAlgorithm.PS256, JwsAlgorithm.RS256);

    private ClientKeys() {}

    /** @param text PEM blocks, or a JWK Set */
    public static KeyList.Parsed parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return text.contains("-----BEGIN ") ? PemKeys.read(bytes, Set.copyOf(ALGORITHMS)) : JwkSetReader.read(bytes, Set.copyOf(ALGORITHMS));
    }
}
