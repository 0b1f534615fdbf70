package dev.sallyport.server.listen;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.server.exchange.ExchangePorts;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * One bound address. Limits and mode are looked up for each connection, by the listener's name, in the runtime that is
 * current then: a reload that keeps the address needs no new socket.
 */
public final class Listener {
    private static final int BACKLOG = 4096;
    private static final WriteBufferWaterMark HIGH_AND_LOW = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final Channel socket;
    private final ChannelGroup open;

    private Listener(Channel socket, ChannelGroup open) {
        this.socket = socket;
        this.open = open;
    }

    /**
     * Fails with the {@link java.io.IOException} that the system gave.
     *
     * @param security absent on a plain listener
     */
    public static CompletionStage<Listener> bind(
            ListenerPlan plan, EventLoops loops, ExchangePorts ports, Optional<ConnectionSecurity> security) {
        ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.acceptors(), loops.workers())
                .channel(loops.serverSocket())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, HIGH_AND_LOW)
                .childHandler(new Ladder(plan, ports, security, open))
                .bind(plan.bind());
        CompletableFuture<Listener> listening = new CompletableFuture<>();
        bound.addListener(_ -> {
            if (bound.isSuccess()) {
                listening.complete(new Listener(bound.channel(), open));
            } else {
                listening.completeExceptionally(bound.cause());
            }
        });
        return listening;
    }

    /** With the port that was taken. */
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.localAddress();
    }

    /** Accepts no more, lets open exchanges end, closes what idles; whatever is open after {@code atMost} is cut. */
    public CompletionStage<Void> drain(Duration atMost) {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        socket.close().addListener(_ -> {
            open.forEach(channel -> channel.pipeline().fireUserEventTriggered(Ladder.DRAIN));
            var cut = socket.eventLoop().schedule(() -> open.close(), atMost.toMillis(), TimeUnit.MILLISECONDS);
            open.newCloseFuture().addListener(_ -> {
                cut.cancel(false);
                drained.complete(null);
            });
        });
        return drained;
    }
}
