package dev.sallyport.core.http;

import dev.sallyport.core.http.uri.RequestTarget;

/**
 * The head of a request after its framing was proven (RFC 9112 §2–6), whatever HTTP version carried it.
 *
 * @param method case-sensitive (RFC 9110 §9.1)
 * @param target parsed and normalised once; routing, authentication, forwarding and logs all read this one
 * @param host the authority that was asked for, lower case, without port; empty only for HTTP/1.0 without Host
 * @param authority as the client spelt it, port included: what {@code host: preserve} sends up
 */
public record RequestHead(
        String method, RequestTarget target, String host, String authority, HeaderFields fields, BodyLength bodyLength) {

    /** {@code Expect: 100-continue} (RFC 9110 §10.1.1). */
    public boolean expectsContinue() {
        return fields.contains("expect");
    }
}
