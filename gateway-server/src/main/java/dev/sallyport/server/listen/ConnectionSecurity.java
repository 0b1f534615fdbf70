package dev.sallyport.server.listen;

import dev.sallyport.core.http.Peer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/**
 * What protects the connections of one listener. Asked anew for each connection, so that a rotated certificate holds from
 * the next connection on. Called on event loops: never blocks.
 */
public interface ConnectionSecurity {

    /** The first handler of the ladder; it fires {@code SslHandshakeCompletionEvent} when the handshake ended. */
    ChannelHandler handlerFor(Channel channel);

    /** What the handshake proved; asked once, after it succeeded. */
    Peer.Transport provenBy(Channel channel);
}
