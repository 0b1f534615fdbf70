package dev.sallyport.core;

import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.address.AddressText;
import dev.sallyport.core.http.uri.RequestTarget;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Requests as tests write them. */
public final class Requests {
    public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    public static final InetAddress STRANGER = AddressText.parse("192.0.2.7").orElseThrow();

    private Requests() {}

    public static RequestHead head(String method, String host, String target, String... fields) {
        if (RequestTarget.parse(method, target) instanceof RequestTarget.Parsed.Valid(RequestTarget read, var _)) {
            return new RequestHead(method, read, host, host, HeaderFields.of(fields), BodyLength.NONE);
        }
        throw new AssertionError("not a target: " + target);
    }

    /** Over TLS, without a client certificate. */
    public static RequestView get(String target, String... fields) {
        return with(List.of(), target, fields);
    }

    public static RequestView with(List<X509Certificate> certificates, String target, String... fields) {
        Peer peer = new Peer(STRANGER, 4711, "https", new Peer.Transport.Tls("TLSv1.3", certificates));
        return new RequestView(head("GET", "api.example", target, fields), peer, NOW);
    }

    public static RequestView plain(Peer.Exposure exposure, String target, String... fields) {
        Peer peer = new Peer(STRANGER, 4711, "http", new Peer.Transport.Plain(exposure));
        return new RequestView(head("GET", "api.example", target, fields), peer, NOW);
    }

    /** The same request at another time. */
    public static RequestView at(Instant receivedAt, RequestView request) {
        return new RequestView(request.head(), request.peer(), request.client(), request.trace(), receivedAt, request.body());
    }
}
