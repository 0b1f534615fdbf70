package dev.sallyport.server.listen;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Lets a client read why its handshake failed. In TLS 1.3 it has sent its first request by then; to close with that unread
 * resets the connection, and the alert may be lost with it. Stands beneath TLS until the handshake succeeded.
 */
final class Farewell extends ChannelDuplexHandler {
    private static final Duration LONGEST = Duration.ofMillis(500);

    private Standing standing = Standing.OPEN;

    private enum Standing { OPEN, LEAVING }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        context.channel().closeFuture().addListener(_ -> promise.trySuccess());
        if (!context.channel().isActive()) {
            context.close();
        } else if (standing == Standing.OPEN) {
            standing = Standing.LEAVING;
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> ((DuplexChannel) context.channel()).shutdownOutput());
            context.executor().schedule(() -> context.close(), LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        switch (standing) {
            case OPEN -> context.fireChannelRead(bytes);
            case LEAVING -> ReferenceCountUtil.release(bytes);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (standing == Standing.LEAVING && event instanceof ChannelInputShutdownEvent) {
            context.close();
        } else {
            context.fireUserEventTriggered(event);
        }
    }
}
