package dev.sallyport.server.exchange;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.reject.Rejection;
import io.netty.buffer.ByteBuf;

/** Between two exchanges nobody handles anything. */
final class NoHandler implements ClientStream.Handler {
    static final NoHandler INSTANCE = new NoHandler();

    private NoHandler() {}

    @Override
    public void onContent(ByteBuf piece) {
        piece.release();
    }

    @Override
    public void onContentEnd(HeaderFields trailers) {}

    @Override
    public void onContentRefused(Rejection rejection) {}

    @Override
    public void onWritable() {}

    @Override
    public void onDefect(Throwable defect) {}

    @Override
    public void onClosed() {}
}
