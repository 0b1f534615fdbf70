package dev.sallyport.server.exchange.downstream;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** Says that no more comes. To close at once would reset a client that still sends, and it might lose what is on its way to it. */
public final class OutputEnd {
    private OutputEnd() {}

    /** Once everything is out; the client can still be read. Done when it was said. */
    public static ChannelFuture of(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            channel.flush();
            return tls.closeOutbound();
        }
        return channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> ((DuplexChannel) channel).shutdownOutput());
    }
}
