package dev.sallyport.core.token.client;

import dev.sallyport.core.state.OneTimeUse;
import java.util.List;
import java.util.Map;

/**
 * A client that proved who it is.
 *
 * @param method by which, in the words of RFC 8414 §2
 * @param spends what is good for once of all that it showed
 * @param confirmation members of {@code cnf} for tokens that it gets (RFC 7800 §3.1): the keys that it showed to hold
 */
public record AuthenticatedClient(OAuthClient client, String method, List<OneTimeUse> spends, Map<String, String> confirmation) {
    /** Thumbprint of the key of its proof (RFC 9449 §6.1). */
    public static final String PROOF_KEY = "jkt";

    /** Thumbprint of the certificate with which it proved who it is (RFC 8705 §3.1). */
    public static final String CERTIFICATE = "x5t#S256";

    public ClientEntry entry() {
        return client.entry();
    }

    public String id() {
        return client.id();
    }
}
