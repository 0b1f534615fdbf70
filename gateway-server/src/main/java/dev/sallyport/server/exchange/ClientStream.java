package dev.sallyport.server.exchange;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.WebSocketHandshake;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.exchange.tunnel.TunnelSide;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.BitSet;
import java.util.Optional;

/**
 * The client's side of one request and its answer, whatever HTTP version is beneath. Used on its event loop only.
 *
 * <pre>
 *   content:  held ──readContent──▶ flowing ◀──▶ held ──▶ ended | refused
 *   answer:   none ──sendInterim*──▶ none ──sendHead──▶ sendContent* ──▶ finish | abort
 *                                    none ──openTunnel──▶ (a {@link TunnelSide})
 * </pre>
 *
 * The two sides are independent: an answer may end while content is still to come. The stream then sees to it that what
 * is left is never taken for another request.
 */
public interface ClientStream {

    /** Whoever handles the request. No call after {@link #onClosed}, or after the stream was finished, aborted or became a tunnel. */
    interface Handler {
        /** The first call: the stream is ready to be answered. */
        void begin();

        /** Takes over {@code piece}. */
        void onContent(ByteBuf piece);

        /** All that was there for now was handed on. */
        void onContentPause();

        void onContentEnd(HeaderFields trailers);

        /** The content broke a rule or a bound; no more of it comes. */
        void onContentRefused(Rejection rejection);

        /** The client takes bytes again. */
        void onWritable();

        /** Something of ours failed that never should. */
        void onDefect(Throwable defect);

        /** The client is gone. */
        void onClosed();
    }

    EventLoop eventLoop();

    /** Content flows from now on; the first time, a client that waits for {@code 100 Continue} is sent it. */
    void readContent();

    void holdContent();

    /** No content is wanted any more; what already came is skipped, so that the connection may be kept. */
    void skipContent();

    boolean isWritable();

    /** An interim answer, where the client's HTTP version knows them. */
    void sendInterim(AnswerHead head);

    void sendHead(AnswerHead head);

    /** No further request is wanted from this client; to be said before {@link #sendHead}. */
    void closeAfterwards();

    /** Takes over {@code piece}. */
    void sendContent(ByteBuf piece);

    void flush();

    /** The answer is whole, and has no trailers. */
    void finish();

    /**
     * The answer is whole.
     *
     * @param dropped indices of trailers that stay behind
     */
    void finish(HeaderFields trailers, BitSet dropped);

    /** What the client asks for beside an answer. Then nothing that follows is read as a request, whatever the answer is. */
    Optional<WebSocketHandshake> upgrade();

    /**
     * Instead of an answer: the client's {@link #upgrade} is granted. The last call of the stream.
     *
     * @param head of the 101
     */
    TunnelSide openTunnel(AnswerHead head, TunnelSide.Listener listener);

    /** The answer cannot be made whole; the client must see that it is not. */
    void abort();
}
