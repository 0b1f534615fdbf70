package dev.sallyport.server.exchange;

import dev.sallyport.core.gateway.GatewaySnapshot.ErrorDetail;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.reject.ProblemDocument;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;

/** Turns a refusal into what the client is sent. */
final class ReplyWriter {
    private static final String SELF = "sallyport";

    private ReplyWriter() {}

    static LocalResponse problem(Rejection rejection, String requestId, ErrorDetail detail) {
        Rejection named = withProxyStatus(rejection);
        return switch (detail) {
            case WITHHELD -> ProblemDocument.coarse(named, requestId);
            case SHOWN -> ProblemDocument.detailed(named, requestId);
        };
    }

    /** Where the upstream is at fault, the error type of RFC 9209 §2.3. */
    private static Rejection withProxyStatus(Rejection rejection) {
        return switch (rejection.reason()) {
            case UPSTREAM_UNAVAILABLE -> named(rejection, "connection_limit_reached");
            case UPSTREAM_CONNECT_FAILED -> named(rejection, "connection_refused");
            case UPSTREAM_CONNECT_TIMEOUT -> named(rejection, "connection_timeout");
            case UPSTREAM_CERTIFICATE_INVALID -> named(rejection, "tls_certificate_error");
            case UPSTREAM_TLS_ALERT -> named(rejection, "tls_alert_received");
            case UPSTREAM_TLS_FAILED -> named(rejection, "tls_protocol_error");
            case UPSTREAM_CLOSED -> named(rejection, "connection_terminated");
            case UPSTREAM_MALFORMED -> named(rejection, "http_protocol_error");
            case UPSTREAM_HEADERS_TOO_LARGE -> named(rejection, "http_response_header_section_size");
            case UPSTREAM_TIMEOUT -> named(rejection, "http_response_timeout");
            default -> rejection.reason().fault() == RejectReason.Fault.CLIENT ? rejection : named(rejection, "proxy_internal_error");
        };
    }

    private static Rejection named(Rejection rejection, String error) {
        return rejection.with("Proxy-Status", SELF + "; error=" + error);
    }
}
