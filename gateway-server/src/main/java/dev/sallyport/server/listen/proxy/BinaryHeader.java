package dev.sallyport.server.listen.proxy;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Version 2: sixteen bytes, addresses, and extensions that nobody here asks for (proxy-protocol.txt §2.2). */
final class BinaryHeader {
    /** Of which a header with a certificate of the client's among its extensions stays below. */
    private static final int MOST_BYTES = 4096;

    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int COMMAND = SIGNATURE.length;
    private static final int FAMILY = COMMAND + 1;
    private static final int LENGTH = FAMILY + 1;
    private static final int ADDRESSES = LENGTH + 2;
    private static final int PORT_BYTES = 2;

    /** Version and command are one byte. */
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;

    private BinaryHeader() {}

    static ProxyHeader read(ByteBuf in) {
        if (!ProxyHeader.mayBegin(in, SIGNATURE)) {
            return ProxyHeader.MALFORMED;
        }
        if (in.readableBytes() < ADDRESSES) {
            return ProxyHeader.INCOMPLETE;
        }
        int start = in.readerIndex();
        int command = in.getUnsignedByte(start + COMMAND);
        if (command != LOCAL && command != PROXY) {
            return ProxyHeader.MALFORMED;
        }
        int bytes = ADDRESSES + in.getUnsignedShort(start + LENGTH);
        if (bytes > MOST_BYTES) {
            return ProxyHeader.TOO_LONG;
        }
        if (in.readableBytes() < bytes) {
            return ProxyHeader.INCOMPLETE;
        }
        ByteBuf header = in.readSlice(bytes).skipBytes(ADDRESSES);
        return command == LOCAL ? ProxyHeader.UNTOLD : relayed(in.getUnsignedByte(start + FAMILY), header);
    }

    /** Family and transport are one byte. */
    private static ProxyHeader relayed(int family, ByteBuf rest) {
        return switch (family) {
            case 0x11 -> told(rest, 4);
            case 0x21 -> told(rest, 16);
            // Unspecified, UDP, sockets of Unix: to be taken, and no client of ours.
            case 0x00, 0x12, 0x22, 0x31, 0x32 -> ProxyHeader.UNTOLD;
            default -> ProxyHeader.MALFORMED;
        };
    }

    /** Source, destination, their ports, extensions. */
    private static ProxyHeader told(ByteBuf rest, int addressBytes) {
        if (rest.readableBytes() < 2 * (addressBytes + PORT_BYTES)) {
            return ProxyHeader.MALFORMED;
        }
        byte[] source = new byte[addressBytes];
        rest.readBytes(source).skipBytes(addressBytes);
        int port = rest.readUnsignedShort();
        rest.skipBytes(PORT_BYTES);
        return isOfWholeExtensions(rest) ? new ProxyHeader.Told(new InetSocketAddress(address(source), port)) : ProxyHeader.MALFORMED;
    }

    /** A type of one byte, a length of two, as many bytes. A length of the header that is wrong does not fit them. */
    private static boolean isOfWholeExtensions(ByteBuf rest) {
        while (rest.readableBytes() >= 3) {
            int bytes = rest.skipBytes(1).readUnsignedShort();
            if (bytes > rest.readableBytes()) {
                return false;
            }
            rest.skipBytes(bytes);
        }
        return !rest.isReadable();
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four or sixteen octets are an address", e);
        }
    }
}
