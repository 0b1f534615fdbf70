package dev.sallyport.server.exchange.downstream;

import dev.sallyport.server.exchange.tunnel.TunnelSide;
import dev.sallyport.server.http1.PendingBytes;
import io.netty.buffer.ByteBuf;

/** The client's side of a tunnel: its connection after a 101 (RFC 9110 §15.2.2). Nothing on it is a request any more. */
final class Http1Tunnel implements Phase, TunnelSide {
    private final Http1Connection connection;
    private final PendingBytes pending;
    private final AnswerWriter answers;
    private final Listener listener;
    private Input input = Input.HELD;

    private enum Input { HELD, READ, ENDED }

    Http1Tunnel(Http1Connection connection, PendingBytes pending, AnswerWriter answers, Listener listener) {
        this.connection = connection;
        this.pending = pending;
        this.answers = answers;
        this.listener = listener;
    }

    @Override
    public void send(ByteBuf bytes) {
        answers.sendContent(bytes);
    }

    @Override
    public void flush() {
        answers.flush();
    }

    @Override
    public boolean isWritable() {
        return connection.isWritable();
    }

    @Override
    public void read() {
        if (input == Input.HELD) {
            input = Input.READ;
            connection.advance();
        }
    }

    @Override
    public void hold() {
        if (input == Input.READ) {
            input = Input.HELD;
        }
    }

    @Override
    public void end() {
        input = Input.ENDED;
        connection.answered();
    }

    @Override
    public boolean take() {
        if (input != Input.READ || pending.isEmpty()) {
            return false;
        }
        listener.onBytes(pending.take());
        return true;
    }

    @Override
    public void onPause() {
        if (input != Input.ENDED) {
            listener.onPause();
        }
    }

    @Override
    public boolean wantsInput() {
        return input == Input.READ;
    }

    @Override
    public void onInputEnd() {
        if (input == Input.READ && pending.isEmpty()) {
            input = Input.ENDED;
            listener.onInputEnd();
        }
    }

    @Override
    public void onDeadline() {
        // The tunnel has its own.
    }

    @Override
    public void onDrain() {
        listener.onDrain();
    }

    @Override
    public void onWritable() {
        listener.onWritable();
    }

    @Override
    public void onClosed() {
        listener.onClosed();
    }
}
