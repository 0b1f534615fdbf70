package dev.sallyport.core.key;

import dev.sallyport.core.jose.JwsAlgorithm;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How to fetch an issuer's keys. Equal rules let a reload carry the running source over.
 *
 * @param name the authenticator's, for events
 * @param allowed algorithms; keys for others are left out
 * @param authorities PEM text of the only certificate authorities to trust; absent means the platform's
 * @param refreshEvery longest pause between scheduled refreshes; the provider's max-age may shorten it
 * @param staleFor how long an overdue set serves on
 * @param coolDown least pause between refreshes that tokens cause
 */
public record JwksRules(
        String name,
        Location location,
        Transport transport,
        Set<JwsAlgorithm> allowed,
        Optional<String> authorities,
        Duration refreshEvery,
        Duration staleFor,
        Duration coolDown) {

    /** Where the JWK Set is. */
    public sealed interface Location {
        record Fixed(URI jwks) implements Location {}

        /** Named by the issuer's discovery document, whose own issuer must be this one, letter by letter. */
        record Discovered(String issuer) implements Location {}
    }

    /** Which addresses may be fetched, also those that a discovery document names. */
    public enum Transport { HTTPS_ONLY, INSECURE_HTTP_ALLOWED }
}
