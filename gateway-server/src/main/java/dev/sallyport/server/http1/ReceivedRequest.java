package dev.sallyport.server.http1;

import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.WebSocketHandshake;
import java.util.Optional;

/**
 * A request head as HTTP/1 carried it.
 *
 * @param persistence what the client wants of the connection afterwards
 */
public record ReceivedRequest(RequestHead head, HttpVersion version, Persistence persistence) {

    /** HTTP/1.0 knows no upgrade: what it says of one is ignored (RFC 9110 §7.8). */
    public Optional<WebSocketHandshake> upgrade() {
        return version == HttpVersion.HTTP_1_1 ? WebSocketHandshake.askedBy(head) : Optional.empty();
    }
}
