package dev.sallyport.core.route;

import dev.sallyport.core.http.CredentialLocation;
import java.util.Set;

/**
 * A compiled route. It holds objects, never names to look up.
 *
 * @param id its key in the configuration; metric label and realm
 * @param stripped locations to remove before forwarding: those of every authenticator of the chain, or none with {@code forwardCredential: true}
 */
public record Route(
        String id,
        RouteMatch match,
        PathRules paths,
        RouteAuth auth,
        Destination destination,
        PathRewrite rewrite,
        Set<CredentialLocation> stripped,
        ClientCertificateForwarding clientCertificate) {

    /** Whether the leaf goes up as {@code Client-Cert} (RFC 9440); client-sent copies are always removed. */
    public enum ClientCertificateForwarding { WITHHELD, FORWARDED }
}
