package dev.sallyport.server.exchange.downstream;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.WebSocketHandshake;
import dev.sallyport.server.exchange.AnswerHead;
import dev.sallyport.server.exchange.ClientStream;
import dev.sallyport.server.exchange.tunnel.TunnelSide;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http1.HttpVersion;
import dev.sallyport.server.http1.PendingBytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Function;

/** One request on an HTTP/1 connection, from the end of its head to the end of its answer. */
final class Http1Stream implements ClientStream, Phase {
    private final Http1Connection connection;
    private final Channel channel;
    private final PendingBytes pending;
    private final AnswerWriter answers;
    private final HttpVersion version;
    private final Optional<WebSocketHandshake> upgrade;
    private final RequestContent content;
    private final Handler handler;

    Http1Stream(
            Http1Connection connection,
            Channel channel,
            PendingBytes pending,
            AnswerWriter answers,
            HttpVersion version,
            Optional<WebSocketHandshake> upgrade,
            RequestContent content,
            Function<ClientStream, Handler> handler) {
        this.connection = connection;
        this.channel = channel;
        this.pending = pending;
        this.answers = answers;
        this.version = version;
        this.upgrade = upgrade;
        this.content = content;
        this.handler = handler.apply(this);
    }

    void begin() {
        handler.begin();
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public void readContent() {
        if (content.flow(pending) == Continue.EXPECTED && version == HttpVersion.HTTP_1_1) {
            answers.sendContinue();
        }
        connection.advance();
    }

    @Override
    public void holdContent() {
        content.hold();
    }

    @Override
    public void skipContent() {
        content.skip(pending);
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void sendInterim(AnswerHead head) {
        if (version == HttpVersion.HTTP_1_1) {
            answers.sendInterim(head);
        }
    }

    @Override
    public void closeAfterwards() {
        connection.closeAfterwards();
    }

    @Override
    public void sendHead(AnswerHead head) {
        ContentFraming framing = AnswerWriter.framingFor(version, head.framing());
        if (!content.isComplete() || framing instanceof ContentFraming.UntilClose) {
            connection.closeAfterwards();
        }
        answers.sendHead(head, framing, connection.persistence());
    }

    @Override
    public void sendContent(ByteBuf piece) {
        answers.sendContent(piece);
    }

    @Override
    public void flush() {
        answers.flush();
    }

    @Override
    public void finish() {
        answers.finishContent();
        connection.answered();
    }

    @Override
    public void finish(HeaderFields trailers, BitSet dropped) {
        answers.finishContent(trailers, dropped);
        connection.answered();
    }

    @Override
    public Optional<WebSocketHandshake> upgrade() {
        return upgrade;
    }

    @Override
    public TunnelSide openTunnel(AnswerHead head, TunnelSide.Listener listener) {
        return connection.openTunnel(head, listener);
    }

    @Override
    public void abort() {
        connection.abort();
    }

    @Override
    public boolean take() {
        return content.readPiece(pending, handler);
    }

    @Override
    public void onPause() {
        handler.onContentPause();
    }

    /** Behind whole content a client is read on, so that its end is noticed; the request that it may pipeline has to wait. */
    @Override
    public boolean wantsInput() {
        return content.isFlowing() || (content.isComplete() && pending.isEmpty());
    }

    /** A client that half-closed still gets its answer, if its request is whole. */
    @Override
    public void onInputEnd() {
        if (content.isFlowing()) {
            connection.close();
        }
    }

    @Override
    public void onDeadline() {
        content.onDeadline(handler);
    }

    @Override
    public void onWritable() {
        handler.onWritable();
    }

    @Override
    public void onDefect(Throwable defect) {
        handler.onDefect(defect);
    }

    @Override
    public void onClosed() {
        handler.onClosed();
    }
}
