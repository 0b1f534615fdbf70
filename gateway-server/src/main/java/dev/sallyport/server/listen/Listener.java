package dev.sallyport.server.listen;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.server.exchange.ExchangePorts;
import dev.sallyport.server.exchange.downstream.Signal;
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
 * One bound address. What is spoken there, and within which limits, is looked up for each connection: a reload that keeps
 * the address needs no new socket.
 */
public final class Listener {
    private static final int BACKLOG = 4096;
    private static final WriteBufferWaterMark HIGH_AND_LOW = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final Channel socket;
    private final Ladder ladder;
    private final ChannelGroup open;

    private Listener(Channel socket, Ladder ladder, ChannelGroup open) {
        this.socket = socket;
        this.ladder = ladder;
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
        Ladder ladder = new Ladder(Terms.of(plan, security), ports, open);
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.acceptors(), loops.workers())
                .channel(loops.serverSocket())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, HIGH_AND_LOW)
                .childHandler(ladder)
                .bind(plan.bind());
        CompletableFuture<Listener> listening = new CompletableFuture<>();
        bound.addListener(_ -> {
            if (bound.isSuccess()) {
                listening.complete(new Listener(bound.channel(), ladder, open));
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

    /**
     * From the next connection on. Where these are of another kind (plain instead of TLS, another name), the connections of
     * the former end after their open exchanges, and are cut {@code retirement} later; so do those whose PROXY header came
     * from a proxy that is trusted no more.
     *
     * @param security absent on a plain listener
     */
    public void serve(ListenerPlan plan, Optional<ConnectionSecurity> security, Duration retirement) {
        Terms former = ladder.terms();
        Terms next = former.succeededBy(plan, security);
        ladder.use(next);
        former.leavingFor(next).forEach(channel -> channel.pipeline().fireUserEventTriggered(Signal.DRAIN));
        socket.eventLoop().schedule(
                () -> former.leavingFor(ladder.terms()).forEach(Channel::close), retirement.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Accepts no more, lets open exchanges end, closes what idles; whatever is open after {@code atMost} is cut. */
    public CompletionStage<Void> drain(Duration atMost) {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        socket.close().addListener(_ -> {
            open.forEach(channel -> channel.pipeline().fireUserEventTriggered(Signal.DRAIN));
            var cut = socket.eventLoop().schedule(() -> open.close(), atMost.toMillis(), TimeUnit.MILLISECONDS);
            open.newCloseFuture().addListener(_ -> {
                cut.cancel(false);
                drained.complete(null);
            });
        });
        return drained;
    }
}
