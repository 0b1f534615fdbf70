package dev.sallyport.server.listen;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The threads that all connections live on, and the kind of socket that fits them. A client's connection and those to its
 * upstreams share one loop, so that an exchange never changes threads.
 */
public final class EventLoops implements AutoCloseable {
    private static final Duration QUIET = Duration.ofMillis(0);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(2);

    /** How the kernel is spoken to. */
    public enum Transport { EPOLL, IO_URING, NIO }

    private final Transport transport;
    private final EventLoopGroup acceptors;
    private final EventLoopGroup workers;

    private EventLoops(Transport transport, int threads) {
        this.transport = transport;
        this.acceptors = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("accept"), factory(transport));
        this.workers = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("loop"), factory(transport));
    }

    /** Starts with what {@code SALLYPORT_TRANSPORT} names ({@code epoll}, {@code io_uring}, {@code nio}), or the best there is. */
    public static EventLoops start(int threads) {
        String named = System.getProperty("sallyport.transport", System.getenv().getOrDefault("SALLYPORT_TRANSPORT", ""));
        return start(named.isEmpty() ? best() : Transport.valueOf(named.toUpperCase(Locale.ROOT)), threads);
    }

    public static EventLoops start(Transport transport, int threads) {
        return new EventLoops(transport, threads);
    }

    private static Transport best() {
        return Epoll.isAvailable() ? Transport.EPOLL : Transport.NIO;
    }

    private static IoHandlerFactory factory(Transport transport) {
        return switch (transport) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> {
                IoUring.ensureAvailability();
                yield IoUringIoHandler.newFactory();
            }
            case NIO -> NioIoHandler.newFactory();
        };
    }

    public Transport transport() {
        return transport;
    }

    public EventLoopGroup acceptors() {
        return acceptors;
    }

    public EventLoopGroup workers() {
        return workers;
    }

    public Class<? extends ServerSocketChannel> serverSocket() {
        return switch (transport) {
            case EPOLL -> EpollServerSocketChannel.class;
            case IO_URING -> IoUringServerSocketChannel.class;
            case NIO -> NioServerSocketChannel.class;
        };
    }

    public Class<? extends SocketChannel> socket() {
        return switch (transport) {
            case EPOLL -> EpollSocketChannel.class;
            case IO_URING -> IoUringSocketChannel.class;
            case NIO -> NioSocketChannel.class;
        };
    }

    /** Closes what is still open, at once; listeners are to be drained before. */
    @Override
    public void close() {
        acceptors.shutdownGracefully(QUIET.toMillis(), LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS);
        workers.shutdownGracefully(QUIET.toMillis(), LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS).syncUninterruptibly();
    }
}
