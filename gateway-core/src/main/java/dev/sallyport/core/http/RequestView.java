package dev.sallyport.core.http;

import dev.sallyport.core.http.address.TrustedProxies;
import java.time.Instant;
import java.util.Optional;

/**
 * All that a decision may look at. Time and the request's id are part of it, so a decision can be replayed.
 *
 * @param client who asks, believed as far as the trusted proxies of the snapshot allow
 * @param body the whole content, once an authenticator asked for it; absent before
 */
public record RequestView(
        RequestHead head, Peer peer, Client client, Trace trace, Instant receivedAt, Optional<byte[]> body) {

    public RequestView(RequestHead head, Peer peer, Client client, Trace trace, Instant receivedAt) {
        this(head, peer, client, trace, receivedAt, Optional.empty());
    }

    /** A request straight from its peer, untraced. */
    public RequestView(RequestHead head, Peer peer, Instant receivedAt) {
        this(head, peer, Client.of(TrustedProxies.NONE, peer, head), Trace.NONE, receivedAt, Optional.empty());
    }

    public RequestView withBody(byte[] content) {
        return new RequestView(head, peer, client, trace, receivedAt, Optional.of(content));
    }

    /** Plain HTTP on a network, and no trusted proxy says that TLS ended before it. */
    public boolean isReadableByOthers() {
        boolean isPlain = peer.transport() instanceof Peer.Transport.Plain(Peer.Exposure exposure) && exposure == Peer.Exposure.NETWORK;
        return isPlain && !client.scheme().equals("https");
    }

    public HeaderFields fields() {
        return head.fields();
    }
}
