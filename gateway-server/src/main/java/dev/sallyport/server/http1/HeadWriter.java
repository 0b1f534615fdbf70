package dev.sallyport.server.http1;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.server.http1.syntax.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Writes one head: received fields go out as the bytes they came in, less those dropped. What frames the content is stated
 * here and nowhere else, exactly once, whatever the received fields said.
 */
public final class HeadWriter {
    private static final int COLON_SP = ':' << 8 | Bytes.SP;

    private final ByteBuf out;

    public HeadWriter(ByteBuf out) {
        this.out = out;
    }

    /**
     * @param path canonical, so that nothing in it can break the line (CVE-2025-67735)
     */
    public HeadWriter requestLine(String method, String path, Optional<String> query) {
        text(method);
        out.writeByte(Bytes.SP);
        text(path);
        if (query.isPresent()) {
            out.writeByte('?');
            text(query.get());
        }
        text(" HTTP/1.1\r\n");
        return this;
    }

    public HeadWriter statusLine(int status, String reason) {
        text("HTTP/1.1 ");
        text(Integer.toString(status));
        out.writeByte(Bytes.SP);
        text(reason);
        out.writeShort(Bytes.CRLF);
        return this;
    }

    /** Refuses a value that would end its line: what is added is checked like what is received (CVE-2026-42578). */
    public HeadWriter field(String name, String value) {
        for (int index = 0; index < value.length(); index++) {
            char letter = value.charAt(index);
            if (letter > 0xFF || !Bytes.isFieldContent((byte) letter)) {
                throw new IllegalArgumentException("a control or wide character in the value of " + name);
            }
        }
        text(name);
        out.writeShort(COLON_SP);
        text(value);
        out.writeShort(Bytes.CRLF);
        return this;
    }

    public HeadWriter fields(List<ResponseField> added) {
        for (int index = 0; index < added.size(); index++) {
            field(added.get(index).name(), added.get(index).value());
        }
        return this;
    }

    public HeadWriter fields(HeaderFields received, BitSet dropped) {
        byte[] bytes = received.bytes();
        for (int index = dropped.nextClearBit(0); index < received.size(); index = dropped.nextClearBit(index + 1)) {
            out.writeBytes(bytes, received.nameStart(index), received.nameEnd(index) - received.nameStart(index));
            out.writeShort(COLON_SP);
            out.writeBytes(bytes, received.valueStart(index), received.valueEnd(index) - received.valueStart(index));
            out.writeShort(Bytes.CRLF);
        }
        return this;
    }

    public HeadWriter framing(ContentFraming framing) {
        switch (framing) {
            case ContentFraming.Fixed(long bytes) -> {
                text("Content-Length: ");
                text(Long.toString(bytes));
                out.writeShort(Bytes.CRLF);
            }
            case ContentFraming.Chunked() -> text("Transfer-Encoding: chunked\r\n");
            case ContentFraming.Absent(), ContentFraming.UntilClose() -> {}
        }
        return this;
    }

    /** The empty line. */
    public ByteBuf end() {
        out.writeShort(Bytes.CRLF);
        return out;
    }

    private void text(String latin) {
        ByteBufUtil.writeAscii(out, latin);
    }
}
