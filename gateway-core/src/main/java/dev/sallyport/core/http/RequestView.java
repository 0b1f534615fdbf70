package dev.sallyport.core.http;

import java.time.Instant;
import java.util.Optional;

/**
 * All that a decision may look at. Time is part of it, so a decision can be replayed.
 *
 * @param body the whole content, once an authenticator asked for it; absent before
 */
public record RequestView(RequestHead head, Peer peer, Instant receivedAt, Optional<byte[]> body) {

    public RequestView(RequestHead head, Peer peer, Instant receivedAt) {
        this(head, peer, receivedAt, Optional.empty());
    }

    public RequestView withBody(byte[] content) {
        return new RequestView(head, peer, receivedAt, Optional.of(content));
    }

    public HeaderFields fields() {
        return head.fields();
    }
}
