package dev.sallyport.server.http1.syntax;

import io.netty.buffer.ByteBuf;

/** The grammar of chunk extensions (RFC 9112 §7.1.1), without its optional white space: {@code *( ";" token [ "=" ( token / quoted-string ) ] )}. */
public final class ChunkExtensions {
    private ChunkExtensions() {}

    public static void require(ByteBuf in, int start, int end) throws FramingViolation {
        int at = start;
        while (at < end) {
            if (in.getByte(at) != ';') {
                throw FramingViolation.ofChunk("a chunk's size is followed by something other than an extension");
            }
            at = afterToken(in, at + 1, end);
            if (at < end && in.getByte(at) == '=') {
                at = at + 1 < end && in.getByte(at + 1) == '"' ? afterQuoted(in, at + 2, end) : afterToken(in, at + 1, end);
            }
        }
    }

    private static int afterToken(ByteBuf in, int start, int end) throws FramingViolation {
        int at = start;
        while (at < end && Bytes.isToken(in.getByte(at))) {
            at++;
        }
        if (at == start) {
            throw FramingViolation.ofChunk("a chunk extension is not `;name` or `;name=value`");
        }
        return at;
    }

    private static int afterQuoted(ByteBuf in, int start, int end) throws FramingViolation {
        for (int at = start; at < end; at++) {
            byte letter = in.getByte(at);
            if (letter == '"') {
                return at + 1;
            }
            if (!Bytes.isFieldContent(letter)) {
                throw FramingViolation.ofChunk("a control byte in a chunk extension");
            }
            if (letter == '\\') {
                at++;
            }
        }
        throw FramingViolation.ofChunk("a quoted chunk extension does not end on its line");
    }
}
