package dev.sallyport.server.http1.syntax;

import dev.sallyport.core.reject.RejectReason;
import io.netty.buffer.ByteBuf;

/**
 * Finds the empty line that ends a head or a trailer section, however the bytes are cut into reads; each byte is looked at
 * once. Every LF must follow a CR: a parser that takes a bare LF for a line end and one that does not see two messages
 * (RFC 9112 §2.2; CVE-2025-58056).
 */
public final class SectionScanner {
    public static final int INCOMPLETE = -1;

    private static final String LIMIT = "maxHeaderBytes";

    private final int maxBytes;
    private int scanned;
    private int lineStart;

    public SectionScanner(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The length of the section from the reader's index, its empty line included, or {@link #INCOMPLETE}. */
    public int lengthOf(ByteBuf in) throws FramingViolation {
        int start = in.readerIndex();
        int end = start + Math.min(in.readableBytes(), maxBytes);
        int lineFeed = in.indexOf(start + scanned, end, Bytes.LF);
        while (lineFeed >= 0) {
            int line = start + lineStart;
            if (lineFeed == line || in.getByte(lineFeed - 1) != Bytes.CR) {
                throw new FramingViolation(RejectReason.LINE_ENDING_INVALID, "a line ends in a bare LF");
            }
            scanned = lineFeed + 1 - start;
            if (lineFeed - 1 == line) {
                return scanned;
            }
            lineStart = scanned;
            lineFeed = in.indexOf(lineFeed + 1, end, Bytes.LF);
        }
        scanned = end - start;
        if (in.readableBytes() >= maxBytes) {
            throw tooLarge();
        }
        return INCOMPLETE;
    }

    private FramingViolation tooLarge() {
        return lineStart == 0
                ? FramingViolation.ofLimit(LIMIT, RejectReason.TARGET_TOO_LONG, "the first line passes " + maxBytes + " bytes")
                : FramingViolation.ofLimit(LIMIT, RejectReason.HEADERS_TOO_LARGE, "the section passes " + maxBytes + " bytes");
    }

    /** Ready for the next section. */
    public void reset() {
        scanned = 0;
        lineStart = 0;
    }
}
