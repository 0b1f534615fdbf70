package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Target;
import dev.sallyport.server.tls.TlsFailure;
import dev.sallyport.server.tls.UpstreamSecurity;
import dev.sallyport.server.upstream.Acquired.ConnectFailure;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.Optional;

/** Lets another connect, and gives the channel out only when the target has proven itself on it. */
final class TlsConnector implements Connector {
    private static final TlsFailure ENDED = new TlsFailure(TlsFailure.Kind.PROTOCOL, "the connection ended within the TLS handshake");

    private final Connector plain;
    private final UpstreamSecurity security;

    TlsConnector(Connector plain, UpstreamSecurity security) {
        this.plain = plain;
        this.security = security;
    }

    @Override
    public void connect(EventLoop loop, Target target, Duration atMost, Outcome outcome) {
        long deadlineNanos = System.nanoTime() + atMost.toNanos();
        plain.connect(loop, target, atMost, new Outcome() {
            @Override
            public void connected(Channel channel) {
                shakeHands(channel, target, Duration.ofNanos(deadlineNanos - System.nanoTime()), outcome);
            }

            @Override
            public void failed(ConnectFailure failure, String detail) {
                outcome.failed(failure, detail);
            }
        });
    }

    private void shakeHands(Channel channel, Target target, Duration atMost, Outcome outcome) {
        SslHandler handler;
        try {
            handler = security.handlerFor(channel, target, atMost);
        } catch (IllegalArgumentException noName) { // such as one with an underscore, which cannot be asked for (RFC 6066 §3)
            giveUp(channel, new TlsFailure(TlsFailure.Kind.PROTOCOL, "no TLS with " + target.label() + ": " + noName.getMessage()), outcome);
            return;
        }
        Silence silence = new Silence();
        channel.pipeline().addLast(handler, silence);
        handler.handshakeFuture().addListener(shaken -> {
            Optional<TlsFailure> failure =
                    shaken.isSuccess() ? security.objection(handler, target) : Optional.of(TlsFailure.of(shaken.cause()).orElse(ENDED));
            if (failure.isPresent()) {
                giveUp(channel, failure.get(), outcome);
            } else {
                channel.pipeline().remove(silence);
                outcome.connected(channel);
            }
        });
        channel.read(); // the handler goes on from here, though nothing else may be read yet
    }

    private static void giveUp(Channel channel, TlsFailure failure, Outcome outcome) {
        channel.close();
        outcome.failed(ConnectFailure.of(failure.kind()), failure.detail());
    }

    /** Of a handshake that fails, its future tells. */
    private static final class Silence extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}
    }
}
