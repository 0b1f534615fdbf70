package dev.sallyport.core.upstream;

import dev.sallyport.core.tls.OldestVersion;
import dev.sallyport.core.tls.OwnCertificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * How an upstream proves who it is before a byte of a request goes out, and what the gateway shows it.
 *
 * @param serverName asked for (RFC 6066 §3) and verified in the place of the target's host
 * @param certificate shown where the upstream asks for one
 */
public record UpstreamTls(Trust trust, Optional<String> serverName, Optional<OwnCertificate> certificate, OldestVersion oldest) {

    /** Who may vouch for the upstream. */
    public sealed interface Trust {
        /** The authorities that the platform trusts. */
        record Platform() implements Trust {}

        record Only(List<X509Certificate> authorities) implements Trust {}

        /** Nobody need: neither chain nor name is looked at. */
        record Unverified() implements Trust {}
    }
}
