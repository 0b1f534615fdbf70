package dev.sallyport.server.http1;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** The end of what is sent on a connection. */
public final class OutputEnd {
    private OutputEnd() {}

    /** Says that no more comes, once everything is out; the other end can still be read. Done when it was said. */
    public static ChannelFuture say(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            channel.flush();
            return tls.closeOutbound();
        }
        return channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> ((DuplexChannel) channel).shutdownOutput());
    }
}
