package dev.sallyport.core.route;

/**
 * A compiled route. It holds objects, never names to look up.
 *
 * @param id its key in the configuration; metric label and realm
 * @param headers what is removed from and added to a request's fields on their way up
 * @param streams when a tunnel ends that neither side ends
 */
public record Route(
        String id,
        RouteMatch match,
        PathRules paths,
        RouteAuth auth,
        Destination destination,
        PathRewrite rewrite,
        HeaderRules headers,
        StreamEnd streams) {

    /** One whose streams end with their credential. */
    public Route(
            String id, RouteMatch match, PathRules paths, RouteAuth auth, Destination destination, PathRewrite rewrite, HeaderRules headers) {
        this(id, match, paths, auth, destination, rewrite, headers, StreamEnd.WITH_CREDENTIAL);
    }

    /** Whether the leaf goes up as {@code Client-Cert} (RFC 9440); client-sent copies are always removed. */
    public enum ClientCertificateForwarding { WITHHELD, FORWARDED }

    /** Whether a stream outlives the credential that opened it. */
    public enum StreamEnd { WITH_CREDENTIAL, WITH_CONNECTION }

    /** Whether no less specific route gets what comes with another method: it may hold credentials that are for the gateway alone. */
    boolean ownsItsPath() {
        return destination instanceof Destination.ToEndpoint;
    }
}
