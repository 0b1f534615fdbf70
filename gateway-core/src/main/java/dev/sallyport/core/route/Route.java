package dev.sallyport.core.route;

/**
 * A compiled route. It holds objects, never names to look up.
 *
 * @param id its key in the configuration; metric label and realm
 * @param headers what is removed from and added to a request's fields on their way up
 */
public record Route(
        String id,
        RouteMatch match,
        PathRules paths,
        RouteAuth auth,
        Destination destination,
        PathRewrite rewrite,
        HeaderRules headers) {

    /** Whether the leaf goes up as {@code Client-Cert} (RFC 9440); client-sent copies are always removed. */
    public enum ClientCertificateForwarding { WITHHELD, FORWARDED }

    /** Whether no less specific route gets what comes with another method: it may hold credentials that are for the gateway alone. */
    boolean ownsItsPath() {
        return destination instanceof Destination.ToEndpoint;
    }
}
