package dev.sallyport.server.listen;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.Peer;
import dev.sallyport.server.exchange.Deadlines;
import dev.sallyport.server.exchange.downstream.Signal;
import dev.sallyport.server.listen.proxy.ProxyHeader;
import dev.sallyport.server.observe.WireEvents;
import dev.sallyport.server.observe.WireEvents.ProxyHeaderOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes the PROXY header that a connection begins with, and closes one that does not; then makes way for TLS or HTTP. */
final class ProxyGuard extends ByteToMessageDecoder {
    private final ListenerPlan plan;
    private final InetSocketAddress proxy;
    private final WireEvents events;
    private final Consumer<Caller> makeWay;
    private Deadlines.@Nullable Deadline deadline;

    /** @param makeWay adds the handlers behind this one */
    ProxyGuard(ListenerPlan plan, InetSocketAddress proxy, WireEvents events, Consumer<Caller> makeWay) {
        this.plan = plan;
        this.proxy = proxy;
        this.events = events;
        this.makeWay = makeWay;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline = Deadlines.of(context.channel().eventLoop()).watch(() -> {
            events.limitReached("headerTimeout");
            count(ProxyHeaderOutcome.TIMED_OUT);
            context.close();
        });
        deadline.set(plan.limits().headerTimeout());
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        switch (ProxyHeader.read(in)) {
            case ProxyHeader.Incomplete _ -> {}
            case ProxyHeader.Told(InetSocketAddress client) -> take(context, new Caller(client, Peer.Speaker.NAMED));
            case ProxyHeader.Untold _ -> take(context, new Caller(proxy, Peer.Speaker.UNTOLD));
            case ProxyHeader.Refused(ProxyHeader.Fault fault) -> {
                if (fault == ProxyHeader.Fault.TOO_LONG) {
                    events.limitReached("proxyHeaderBytes");
                }
                count(ProxyHeaderOutcome.MALFORMED);
                in.skipBytes(in.readableBytes());
                context.close();
            }
        }
    }

    private void count(ProxyHeaderOutcome outcome) {
        events.proxyHeaderEnded(plan.name(), outcome);
    }

    /** What came behind the header is read by the one that comes. */
    private void take(ChannelHandlerContext context, Caller caller) {
        count(ProxyHeaderOutcome.TAKEN);
        makeWay.accept(caller);
        context.pipeline().remove(this);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        Deadlines.Deadline last = deadline;
        if (last != null) {
            last.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event == Signal.DRAIN || event instanceof ChannelInputShutdownEvent) {
            context.close();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    /** A reset, say: there is nobody to tell. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
