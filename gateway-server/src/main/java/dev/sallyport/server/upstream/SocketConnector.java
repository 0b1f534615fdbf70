package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Target;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Opens sockets to targets, on the event loop that asks and with the kind of socket that fits it. */
final class SocketConnector implements Connector {
    private final HostLookup lookup = new HostLookup();

    @Override
    public void connect(EventLoop loop, Target target, Duration atMost, Outcome outcome) {
        new ConnectAttempt(this, loop, target, atMost, outcome).begin(lookup);
    }

    ChannelFuture open(EventLoop loop, InetAddress address, int port, int timeoutMillis) {
        return new Bootstrap()
                .group(loop)
                .channel(socketFor(loop))
                .disableResolver()
                .option(ChannelOption.AUTO_READ, false)
                // A target that takes no more may have answered already: a failed write must not close what is still to be read.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                .handler(new Placeholder())
                .connect(new InetSocketAddress(address, port));
    }

    private static Class<? extends SocketChannel> socketFor(EventLoop loop) {
        if (loop instanceof IoEventLoop io) {
            if (io.isIoType(EpollIoHandler.class)) {
                return EpollSocketChannel.class;
            }
            if (io.isIoType(IoUringIoHandler.class)) {
                return IoUringSocketChannel.class;
            }
        }
        return NioSocketChannel.class;
    }

    /** A bootstrap insists on a handler; this one leaves at once. */
    private static final class Placeholder extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.pipeline().remove(this);
        }
    }
}
