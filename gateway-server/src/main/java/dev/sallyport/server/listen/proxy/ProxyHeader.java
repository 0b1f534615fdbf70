package dev.sallyport.server.listen.proxy;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/**
 * What the first bytes of a connection say of whom the proxy that made it speaks for, by HAProxy's proxy-protocol.txt. Read
 * without Netty's codec, which lets pass what the text forbids: zeros before a number, a space behind the last, bytes that
 * belong to no extension.
 */
public sealed interface ProxyHeader {

    /** More bytes are needed. */
    record Incomplete() implements ProxyHeader {}

    /** For this client, whose bytes follow. */
    record Told(InetSocketAddress client) implements ProxyHeader {}

    /** For itself, or for somebody that it cannot name: {@code LOCAL}, {@code UNKNOWN}, what is no address of TCP. */
    record Untold() implements ProxyHeader {}

    /** There is no such header. The connection is of no further use. */
    record Refused(Fault fault) implements ProxyHeader {}

    enum Fault { MALFORMED, TOO_LONG }

    ProxyHeader INCOMPLETE = new Incomplete();
    ProxyHeader UNTOLD = new Untold();
    ProxyHeader MALFORMED = new Refused(Fault.MALFORMED);
    ProxyHeader TOO_LONG = new Refused(Fault.TOO_LONG);

    /** Takes the header's bytes where it is whole, and none of those behind it. The first byte that fits no header ends it. */
    static ProxyHeader read(ByteBuf in) {
        if (!in.isReadable()) {
            return INCOMPLETE;
        }
        return in.getByte(in.readerIndex()) == 'P' ? TextHeader.read(in) : BinaryHeader.read(in);
    }

    /** Whether nothing that is there differs from the start of a header. */
    static boolean mayBegin(ByteBuf in, byte[] start) {
        int known = Math.min(in.readableBytes(), start.length);
        for (int index = 0; index < known; index++) {
            if (in.getByte(in.readerIndex() + index) != start[index]) {
                return false;
            }
        }
        return true;
    }
}
