package dev.sallyport.server.exchange;

import dev.sallyport.core.gateway.StreamTerm;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.server.exchange.tunnel.CloseFrame;
import dev.sallyport.server.exchange.tunnel.FrameBoundary;
import dev.sallyport.server.exchange.tunnel.TunnelSide;
import dev.sallyport.server.exchange.upstream.UpstreamTunnel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.time.Instant;

/**
 * A client and an upstream that speak WebSocket with each other, after the 101. Bytes go both ways as they come, and each
 * side is held while the other takes nothing.
 *
 * <pre>
 *   OPEN ──credential over, silent, drained──▶ CLOSING ──end of the upstream's frame, or {@link #LONGEST_FRAME}──▶ ENDED
 *   OPEN, CLOSING ──a side is gone──▶ ENDED
 * </pre>
 *
 * A client that only half-closes is served on: the upstream is told, and what it still says is relayed. Frames are looked at
 * for one thing alone, where they end: a Close frame of ours has to stand between two of the upstream's.
 */
final class Tunnel {
    /** For the rest of a frame that is half-way when the tunnel has to close; then it closes without a word. */
    private static final Duration LONGEST_FRAME = Duration.ofSeconds(1);

    private enum State { OPEN, CLOSING, ENDED }

    /** @param longestSilence of both sides together */
    record Bounds(Duration longestSilence, StreamTerm term) {}

    private final Exchange exchange;
    private final ExchangePorts ports;
    private final ExchangeLog log;
    private final Bounds bounds;
    private final TunnelSide client;
    private final UpstreamTunnel upstream;
    private final FrameBoundary boundary = new FrameBoundary();
    private final Deadlines.Deadline silence;
    private final Deadlines.Deadline look;
    private State state = State.OPEN;
    private CloseFrame farewell = CloseFrame.GOING_AWAY;

    /** @param head of the 101, which goes out */
    Tunnel(Exchange exchange, ExchangePorts ports, ExchangeLog log, Bounds bounds, ClientStream stream, AnswerHead head, UpstreamTunnel upstream) {
        this.exchange = exchange;
        this.ports = ports;
        this.log = log;
        this.bounds = bounds;
        Deadlines deadlines = Deadlines.of(stream.eventLoop());
        this.silence = deadlines.watch(this::onSilence);
        this.look = deadlines.watch(this::onLook);
        this.upstream = upstream;
        this.client = stream.openTunnel(head, new FromClient());
    }

    void begin() {
        moved();
        upstream.listen(new FromUpstream());
        client.flush();
        onLook();
        if (state == State.OPEN) {
            upstream.read();
            client.read();
        }
    }

    private void moved() {
        if (state == State.OPEN) {
            silence.set(bounds.longestSilence());
        }
    }

    private void onSilence() {
        ports.events().limitReached("idleTimeout");
        close(CloseFrame.GOING_AWAY);
    }

    private void onLook() {
        switch (state) {
            case OPEN -> lookAtCredential();
            case CLOSING -> finish();
            case ENDED -> {}
        }
    }

    /** The revocations in force now, not those of the configuration that it was opened under. */
    private void lookAtCredential() {
        Instant now = Instant.now();
        if (bounds.term().isOver(now, ports.runtime().get().snapshot().revocations())) {
            log.refused(RejectReason.CREDENTIAL_ENDED);
            close(CloseFrame.POLICY_VIOLATION);
        } else {
            look.set(bounds.term().nextLook(now));
        }
    }

    private void close(CloseFrame why) {
        if (state != State.OPEN) {
            return;
        }
        state = State.CLOSING;
        farewell = why;
        silence.clear();
        client.hold();
        if (!boundary.isReached()) {
            look.set(LONGEST_FRAME);
        } else {
            sayFarewell();
        }
    }

    private void sayFarewell() {
        client.send(farewell.bytes(ByteBufAllocator.DEFAULT));
        finish();
    }

    private void finish() {
        if (state != State.ENDED) {
            end();
            client.end();
        }
    }

    private void end() {
        state = State.ENDED;
        silence.close();
        look.close();
        upstream.end();
        exchange.end();
    }

    private final class FromClient implements TunnelSide.Listener {
        @Override
        public void onBytes(ByteBuf bytes) {
            log.received(bytes.readableBytes());
            moved();
            upstream.send(bytes);
            if (!upstream.isWritable()) {
                client.hold();
            }
        }

        @Override
        public void onPause() {
            if (state == State.OPEN) {
                upstream.flush();
            }
        }

        /** The upstream's turn to speak again. */
        @Override
        public void onWritable() {
            if (state != State.ENDED) {
                moved();
                upstream.read();
            }
        }

        @Override
        public void onInputEnd() {
            if (state == State.OPEN) {
                upstream.endOutput();
            }
        }

        @Override
        public void onClosed() {
            if (state != State.ENDED) {
                end();
            }
        }

        @Override
        public void onDrain() {
            close(CloseFrame.GOING_AWAY);
        }
    }

    private final class FromUpstream implements TunnelSide.Listener {
        @Override
        public void onBytes(ByteBuf bytes) {
            switch (state) {
                case OPEN -> {
                    boundary.pass(bytes);
                    relay(bytes);
                }
                case CLOSING -> relayRest(bytes);
                case ENDED -> bytes.release();
            }
        }

        private void relay(ByteBuf bytes) {
            log.sent(bytes.readableBytes());
            moved();
            client.send(bytes);
            if (!client.isWritable()) {
                upstream.hold();
                silence.clear(); // the client's turn: what it takes no byte of is bounded by writeTimeout
            }
        }

        /** Of the frame that was half-way, and of no other. */
        private void relayRest(ByteBuf bytes) {
            ByteBuf rest = bytes.readRetainedSlice(boundary.passToNext(bytes));
            bytes.release();
            log.sent(rest.readableBytes());
            client.send(rest);
            if (boundary.isReached()) {
                sayFarewell();
            }
        }

        @Override
        public void onPause() {
            if (state != State.ENDED) {
                client.flush();
            }
        }

        @Override
        public void onWritable() {
            if (state == State.OPEN && upstream.isWritable()) {
                client.read();
            }
        }

        @Override
        public void onClosed() {
            finish();
        }
    }
}
