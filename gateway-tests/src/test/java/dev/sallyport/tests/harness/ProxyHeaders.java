package dev.sallyport.tests.harness;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** What a proxy writes before the bytes of its client, by HAProxy's proxy-protocol.txt. */
public final class ProxyHeaders {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private ProxyHeaders() {}

    /** Version 1, for a client of IPv4. */
    public static byte[] of(String client) {
        return line("TCP4 " + client + " 127.0.0.1 55555 443");
    }

    /** Version 1, of whatever stands between {@code PROXY} and the line's end. */
    public static byte[] line(String words) {
        return StrictReader.latin1("PROXY " + words + "\r\n");
    }

    /** Version 2, from the byte behind the signature on, in hexadecimal digits. */
    public static byte[] block(String hex) {
        return HexFormat.of().parseHex(SIGNATURE + hex.replace(" ", ""));
    }

    /** A header and what its client says, for one segment. */
    public static byte[] joined(byte[] header, byte[] rest) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(header);
        bytes.writeBytes(rest);
        return bytes.toByteArray();
    }

    public static byte[] joined(byte[] header, String rest) {
        return joined(header, StrictReader.latin1(rest));
    }
}
