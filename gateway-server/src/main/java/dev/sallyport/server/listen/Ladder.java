package dev.sallyport.server.listen;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.Peer;
import dev.sallyport.server.exchange.ExchangePorts;
import dev.sallyport.server.exchange.downstream.Http1Connection;
import dev.sallyport.server.exchange.downstream.Signal;
import dev.sallyport.server.exchange.downstream.http2.Http2ClientConnection;
import dev.sallyport.server.observe.WireEvents;
import dev.sallyport.server.observe.WireEvents.HandshakeOutcome;
import dev.sallyport.server.observe.WireEvents.ProxyHeaderOutcome;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The handlers of a connection, top to bottom: {@code guard} (is there room?), {@code proxy} (whom does it speak for?),
 * {@code tls} (who is there?), {@code protocol} (what is asked?). The last one joins when the peer is known, and not a byte
 * is read as a request before.
 */
final class Ladder extends ChannelInitializer<Channel> {
    private final ExchangePorts ports;
    private final ChannelGroup open;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Terms terms;

    Ladder(Terms terms, ExchangePorts ports, ChannelGroup open) {
        this.terms = terms;
        this.ports = ports;
        this.open = open;
    }

    Terms terms() {
        return terms;
    }

    /** From the next connection on. */
    void use(Terms next) {
        terms = next;
    }

    @Override
    protected void initChannel(Channel channel) {
        Terms current = terms;
        ListenerPlan plan = current.plan();
        WireEvents events = ports.events();
        if (connections.incrementAndGet() > plan.limits().maxConnections()) {
            connections.decrementAndGet();
            events.limitReached("maxConnections");
            channel.close();
            return;
        }
        open.add(channel);
        current.accepted().add(channel);
        events.connectionOpened(plan.name());
        channel.closeFuture().addListener(_ -> {
            connections.decrementAndGet();
            events.connectionClosed(plan.name());
        });
        if (channel.remoteAddress() instanceof InetSocketAddress address) {
            begin(channel, current, address);
        } else {
            channel.close();
        }
    }

    private void begin(Channel channel, Terms current, InetSocketAddress address) {
        ListenerPlan plan = current.plan();
        if (plan.proxies().isEmpty()) {
            climb(channel, current, new Caller(address, Peer.Speaker.NAMED));
        } else if (current.admits(channel)) {
            channel.pipeline().addLast("proxy", new ProxyGuard(plan, address, ports.events(), caller -> climb(channel, current, caller)));
        } else {
            ports.events().proxyHeaderEnded(plan.name(), ProxyHeaderOutcome.UNTRUSTED);
            channel.close();
        }
    }

    private void climb(Channel channel, Terms current, Caller caller) {
        current.security().ifPresent(secured -> channel.pipeline().addLast("farewell", new Farewell()).addLast("tls", secured.handlerFor(channel)));
        channel.pipeline().addLast("peer", new PeerHandler(current.plan(), current.security(), caller));
    }

    /** Finds out who is there, then makes way for the protocol. */
    private final class PeerHandler extends ChannelInboundHandlerAdapter {
        private final ListenerPlan plan;
        private final Optional<ConnectionSecurity> security;
        private final Caller caller;

        PeerHandler(ListenerPlan plan, Optional<ConnectionSecurity> security, Caller caller) {
            this.plan = plan;
            this.security = security;
            this.caller = caller;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            if (security.isEmpty()) {
                Peer.Exposure exposure = switch (plan.mode()) {
                    case ListenerPlan.Mode.Plain(Peer.Exposure declared) -> declared;
                    case ListenerPlan.Mode.RedirectToHttps _, ListenerPlan.Mode.Tls _ -> Peer.Exposure.NETWORK;
                };
                makeWay(context, new Peer.Transport.Plain(exposure));
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                ports.events().handshakeEnded(plan.name(), outcomeOf(handshake));
                if (handshake.isSuccess()) {
                    context.pipeline().remove("farewell");
                    security.ifPresent(secured -> makeWay(context, secured.provenBy(context.channel())));
                } else {
                    context.close();
                }
            } else if (event instanceof SniCompletionEvent hello && hello.cause() instanceof SslHandshakeTimeoutException) {
                // The hello itself never ended: no handshake began whose end would be told.
                ports.events().handshakeEnded(plan.name(), HandshakeOutcome.TIMED_OUT);
            } else if (event == Signal.DRAIN) {
                context.close();
            } else {
                context.fireUserEventTriggered(event);
            }
        }

        private HandshakeOutcome outcomeOf(SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                return HandshakeOutcome.SUCCEEDED;
            }
            return handshake.cause() instanceof SslHandshakeTimeoutException ? HandshakeOutcome.TIMED_OUT : HandshakeOutcome.FAILED;
        }

        private void makeWay(ChannelHandlerContext context, Peer.Transport transport) {
            Peer peer = new Peer(caller.address().getAddress(), caller.address().getPort(), plan.name(), transport, caller.speaker());
            ChannelHandler connection = switch (transport) {
                case Peer.Transport.Plain _ -> Http1Connection.orHttp2(
                        context.channel(), ports, plan, peer, () -> Http2ClientConnection.of(ports, plan, peer));
                case Peer.Transport.Tls _ when isHttp2(context.pipeline()) -> Http2ClientConnection.of(ports, plan, peer);
                case Peer.Transport.Tls _ -> Http1Connection.of(context.channel(), ports, plan, peer);
            };
            context.pipeline().replace(this, "protocol", connection);
        }

        /** By ALPN (RFC 7301), where the client offered it. */
        private static boolean isHttp2(ChannelPipeline pipeline) {
            SslHandler tls = pipeline.get(SslHandler.class);
            return tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
        }

        /** A failed handshake was reported by its event; nothing else can go wrong before there is a peer. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
