package dev.sallyport.server.http1;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.server.http1.syntax.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** Writes the content of one message to a connection, framed as its head declares; flushing is the caller's. */
public final class ContentWriter {
    private static final ByteBuf CRLF = constant("\r\n");
    private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");
    private static final int MAX_SIZE_LINE = 18;
    private static final BitSet NONE = new BitSet();

    private final ContentFraming framing;

    public ContentWriter(ContentFraming framing) {
        this.framing = framing;
    }

    private static ByteBuf constant(String text) {
        ByteBuf bytes = Unpooled.directBuffer(text.length());
        bytes.writeCharSequence(text, StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(bytes.asReadOnly());
    }

    /** Takes over {@code piece}. An empty one is dropped: as a chunk it would end the message. */
    public void write(Channel to, ByteBuf piece) {
        if (!piece.isReadable()) {
            piece.release();
            return;
        }
        switch (framing) {
            case ContentFraming.Chunked() -> {
                ByteBuf sizeLine = to.alloc().ioBuffer(MAX_SIZE_LINE);
                sizeLine.writeCharSequence(Integer.toHexString(piece.readableBytes()), StandardCharsets.US_ASCII);
                sizeLine.writeShort(Bytes.CRLF);
                to.write(sizeLine, to.voidPromise());
                to.write(piece, to.voidPromise());
                to.write(CRLF.duplicate(), to.voidPromise());
            }
            case ContentFraming.Fixed _, ContentFraming.UntilClose _ -> to.write(piece, to.voidPromise());
            case ContentFraming.Absent() -> piece.release();
        }
    }

    public void finish(Channel to) {
        finish(to, HeaderFields.empty(), NONE);
    }

    /** Trailers only go where chunks carry them. */
    public void finish(Channel to, HeaderFields trailers, BitSet droppedTrailers) {
        if (!(framing instanceof ContentFraming.Chunked)) {
            return;
        }
        if (droppedTrailers.nextClearBit(0) >= trailers.size()) {
            to.write(LAST_CHUNK.duplicate(), to.voidPromise());
            return;
        }
        ByteBuf end = to.alloc().ioBuffer();
        end.writeByte('0').writeShort(Bytes.CRLF);
        to.write(new HeadWriter(end).fields(trailers, droppedTrailers).end(), to.voidPromise());
    }
}
