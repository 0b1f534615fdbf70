package dev.sallyport.core.config.pem;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** As much DER as wrapping a private key takes (X.690 §8). */
final class DerReader {
    static final int SEQUENCE = 0x30;
    static final int INTEGER = 0x02;
    static final int OCTETS = 0x04;
    static final int PARAMETERS = 0xA0;

    private final ByteBuffer bytes;

    DerReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    int peekTag() {
        return bytes.get(bytes.position()) & 0xFF;
    }

    /** @throws IllegalArgumentException where it is cut short or another tag stands there */
    byte[] read(int tag) {
        if (bytes.remaining() < 2 || (bytes.get() & 0xFF) != tag) {
            throw new IllegalArgumentException("is no DER of the announced kind");
        }
        byte[] content = new byte[length()];
        bytes.get(content);
        return content;
    }

    private int length() {
        int first = bytes.get() & 0xFF;
        int length = first;
        if (first >= 0x80) {
            int count = first & 0x7F;
            if (count == 0 || count > 3 || bytes.remaining() < count) {
                throw new IllegalArgumentException("has a malformed length");
            }
            length = 0;
            for (int i = 0; i < count; i++) {
                length = (length << 8) | (bytes.get() & 0xFF);
            }
        }
        if (length > bytes.remaining()) {
            throw new IllegalArgumentException("is cut short");
        }
        return length;
    }

    static byte[] write(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int lengthBytes = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x1_0000 ? 2 : 3;
        out.write(lengthBytes == 0 ? length : 0x80 | lengthBytes);
        for (int i = lengthBytes - 1; i >= 0; i--) {
            out.write(length >> (8 * i));
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
