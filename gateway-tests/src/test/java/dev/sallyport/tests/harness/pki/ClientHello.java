package dev.sallyport.tests.harness.pki;

import dev.sallyport.tests.harness.RawClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** First flights of TLS written by hand, for what the Java platform's own TLS cannot offer (RFC 8446 §4.1.2). */
public final class ClientHello {
    private static final int HYBRID = 0x11EC;
    private static final int KEY_SHARE = 51;
    private static final int PADDING = 21;
    private static final int MAX_RECORD = 1 << 14;

    private ClientHello() {}

    /** Offers X25519MLKEM768 after X25519 and a share of neither, so that the server must say which one it prefers. */
    public static byte[] offeringHybridWithoutShare(String name) {
        return record(0x0303, new Bytes().u16(2).u16(0x1301), tls13(name));
    }

    private static Bytes tls13(String name) {
        byte[] host = name.getBytes(StandardCharsets.US_ASCII);
        return new Bytes()
                .extension(0, new Bytes().u16(host.length + 3).u8(0).u16(host.length).raw(host))
                .extension(10, new Bytes().u16(4).u16(0x001D).u16(HYBRID))
                .extension(13, new Bytes().u16(4).u16(0x0403).u16(0x0804))
                .extension(43, new Bytes().u8(2).u16(0x0304))
                .extension(KEY_SHARE, new Bytes().u16(0));
    }

    /** A hello that is no shorter than this, by padding (RFC 7685); beyond 16 KiB in several records. */
    public static byte[] ofLength(String name, int bytes) {
        return record(0x0303, new Bytes().u16(2).u16(0x1301), tls13(name).extension(PADDING, new Bytes().raw(new byte[bytes])));
    }

    public static byte[] tls11() {
        return record(0x0302, new Bytes().u16(4).u16(0xC013).u16(0xC009), new Bytes().extension(10, new Bytes().u16(2).u16(0x001D)));
    }

    private static byte[] record(int version, Bytes suites, Bytes extensions) {
        byte[] extensionBytes = extensions.toArray();
        byte[] body = new Bytes().u16(version).raw(new byte[32]).u8(0).raw(suites.toArray()).u8(1).u8(0)
                .u16(extensionBytes.length).raw(extensionBytes).toArray();
        byte[] handshake = new Bytes().u8(1).u8(0).u16(body.length).raw(body).toArray();
        Bytes records = new Bytes();
        for (int at = 0; at < handshake.length; at += MAX_RECORD) {
            byte[] part = Arrays.copyOfRange(handshake, at, Math.min(at + MAX_RECORD, handshake.length));
            records.u8(22).u16(0x0301).u16(part.length).raw(part);
        }
        return records.toArray();
    }

    /** The group that a HelloRetryRequest asks a share for. */
    public static int groupAskedFor(RawClient client) {
        byte[] header = client.readBytes(5);
        byte[] message = client.readBytes(u16(header, 3));
        int session = 4 + 2 + 32;
        int at = session + 1 + message[session] + 2 + 1 + 2;
        while (at + 4 <= message.length) {
            if (u16(message, at) == KEY_SHARE) {
                return u16(message, at + 4);
            }
            at += 4 + u16(message, at + 2);
        }
        throw new AssertionError("no key share asked for");
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }

    private static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes u8(int value) {
            out.write(value);
            return this;
        }

        Bytes u16(int value) {
            out.write(value >> 8);
            out.write(value);
            return this;
        }

        Bytes raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        Bytes extension(int type, Bytes content) {
            byte[] bytes = content.toArray();
            return u16(type).u16(bytes.length).raw(bytes);
        }

        byte[] toArray() {
            return out.toByteArray();
        }
    }
}
