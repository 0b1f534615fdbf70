package dev.sallyport.server.http1;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.server.http1.syntax.Bytes;
import dev.sallyport.server.http1.syntax.ChunkExtensions;
import dev.sallyport.server.http1.syntax.FieldSection;
import dev.sallyport.server.http1.syntax.FramingViolation;
import dev.sallyport.server.http1.syntax.SectionScanner;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * The chunked coding (RFC 9112 §7.1). Extensions are checked, bounded and dropped: megabytes of them around bytes of content
 * have kept servers busy (CVE-2023-39326), and a line break inside a quoted one was read in two ways (CVE-2026-33870).
 */
public final class ChunkedReader implements BodyReader {
    /** Hexadecimal digits of a size: 15 of them cannot overflow a long (CVE-2026-42581). */
    private static final int MAX_SIZE_DIGITS = 15;

    private static final int MAX_LINE_BYTES = 512;
    private static final int MAX_EXTENSION_BYTES = 16 * 1024;
    private static final HeadBounds TRAILER_BOUNDS = new HeadBounds(8 * 1024, 32);

    private enum State { SIZE, CONTENT, CONTENT_END, TRAILERS, COMPLETE }

    private final SectionScanner trailerScanner = new SectionScanner(TRAILER_BOUNDS.maxBytes());
    private State state = State.SIZE;
    private long left;
    private int extensionBytes;
    private HeaderFields trailers = HeaderFields.empty();

    @Override
    public Optional<ByteBuf> read(ByteBuf in) throws FramingViolation {
        while (in.isReadable() && state != State.COMPLETE) {
            if (state == State.CONTENT) {
                int piece = (int) Math.min(left, in.readableBytes());
                left -= piece;
                state = left == 0 ? State.CONTENT_END : State.CONTENT;
                return Optional.of(in.readRetainedSlice(piece));
            }
            State before = state;
            state = readFraming(in);
            if (state == before) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private State readFraming(ByteBuf in) throws FramingViolation {
        return switch (state) {
            case SIZE -> readSizeLine(in);
            case CONTENT_END -> readContentEnd(in);
            case TRAILERS -> readTrailers(in);
            case CONTENT, COMPLETE -> state;
        };
    }

    private State readSizeLine(ByteBuf in) throws FramingViolation {
        int start = in.readerIndex();
        int bound = start + Math.min(in.readableBytes(), MAX_LINE_BYTES);
        int lineFeed = in.indexOf(start, bound, Bytes.LF);
        if (lineFeed < 0) {
            if (bound - start == MAX_LINE_BYTES) {
                throw FramingViolation.ofChunk("a chunk's size line passes " + MAX_LINE_BYTES + " bytes");
            }
            requireSizeBeginsAt(in, start);
            return State.SIZE;
        }
        if (lineFeed == start || in.getByte(lineFeed - 1) != Bytes.CR) {
            throw FramingViolation.ofChunk("a chunk's size line ends in a bare LF");
        }
        left = sizeIn(in, start, lineFeed - 1);
        in.readerIndex(lineFeed + 1);
        return left == 0 ? State.TRAILERS : State.CONTENT;
    }

    /** Garbage need not wait for its line end. */
    private static void requireSizeBeginsAt(ByteBuf in, int at) throws FramingViolation {
        if (Character.digit(in.getByte(at), 16) < 0) {
            throw FramingViolation.ofChunk("a chunk's size is not hexadecimal");
        }
    }

    private long sizeIn(ByteBuf in, int start, int end) throws FramingViolation {
        long size = 0;
        int at = start;
        while (at < end && Character.digit(in.getByte(at), 16) >= 0) {
            size = size << 4 | Character.digit(in.getByte(at), 16);
            at++;
        }
        if (at == start || at - start > MAX_SIZE_DIGITS) {
            throw FramingViolation.ofChunk("a chunk's size is not hexadecimal, or too long");
        }
        extensionBytes += end - at;
        if (extensionBytes > MAX_EXTENSION_BYTES) {
            throw FramingViolation.ofChunk("chunk extensions pass " + MAX_EXTENSION_BYTES + " bytes");
        }
        if (at < end) {
            ChunkExtensions.require(in, at, end);
        }
        return size;
    }

    private static State readContentEnd(ByteBuf in) throws FramingViolation {
        if (in.getByte(in.readerIndex()) != Bytes.CR
                || (in.readableBytes() > 1 && in.getByte(in.readerIndex() + 1) != Bytes.LF)) {
            throw FramingViolation.ofChunk("a chunk is not followed by CRLF");
        }
        if (in.readableBytes() < 2) {
            return State.CONTENT_END;
        }
        in.skipBytes(2);
        return State.SIZE;
    }

    private State readTrailers(ByteBuf in) throws FramingViolation {
        try {
            int length = trailerScanner.lengthOf(in);
            if (length == SectionScanner.INCOMPLETE) {
                return State.TRAILERS;
            }
            byte[] section = new byte[length];
            in.readBytes(section);
            trailers = length == 2 ? HeaderFields.empty() : FieldSection.read(section, 0, TRAILER_BOUNDS.maxFields());
            return State.COMPLETE;
        } catch (FramingViolation violation) {
            throw FramingViolation.ofChunk("trailers: " + violation.detail());
        }
    }

    @Override
    public boolean isComplete() {
        return state == State.COMPLETE;
    }

    @Override
    public HeaderFields trailers() {
        return trailers;
    }
}
