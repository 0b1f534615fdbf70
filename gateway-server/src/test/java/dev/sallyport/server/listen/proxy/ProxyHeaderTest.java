package dev.sallyport.server.listen.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.address.AddressText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String IPV4 = "cb007107 0a000001 d903 01bb";
    private static final String IPV6 = "20010db8000000000000000000000007 20010db8000000000000000000000001 d903 01bb";
    private static final String BEHIND = "GET / HTTP/1.1\r\n\r\n";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "TCP4 203.0.113.7 10.0.0.1 55555 443                                  | 203.0.113.7 55555",
        "TCP4 255.255.255.255 255.255.255.255 65535 65535                     | 255.255.255.255 65535",
        "TCP4 0.0.0.0 0.0.0.0 0 0                                             | 0.0.0.0 0",
        "TCP6 2001:db8::7 2001:DB8::1 55555 443                               | 2001:db8::7 55555",
        "TCP6 1111:2222:3333:4444:5555:6666:7777:8888 ::1 1 2                 | 1111:2222:3333:4444:5555:6666:7777:8888 1",
        "TCP6 ::ffff:203.0.113.7 ::ffff:a00:1 1 2                             | 203.0.113.7 1",
        "UNKNOWN                                                              | untold",
        "UNKNOWN 2001:db8::7 2001:db8::1 55555 443                            | untold",
        "UNKNOWN whatever  it is                                              | untold",
    })
    void lineTellsItsClient(String line, String told) {
        assertThat(outcomeOf(text("PROXY " + line + "\r\n"))).isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "TCP4 203.0.113.7 10.0.0.1 55555", "TCP4 203.0.113.7 10.0.0.1 55555 443 ", "TCP4 203.0.113.7 10.0.0.1 55555 443 1", "TCP4  203.0.113.7 10.0.0.1 1 2",
        "TCP4 203.0.113.07 10.0.0.1 1 2", "TCP4 203.0.113.256 10.0.0.1 1 2", "TCP4 203.0.113 10.0.0.1 1 2", "TCP4 203.0.113.7. 10.0.0.1 1 2", "TCP4 3405803783 10.0.0.1 1 2",
        "TCP4 203.0.113.7 10.0.0.01 1 2", "TCP4 2001:db8::7 2001:db8::1 1 2", "TCP4 ::ffff:203.0.113.7 10.0.0.1 1 2", "TCP4 localhost 10.0.0.1 1 2", "TCP4 203.0.113.7 host 1 2",
        "TCP6 203.0.113.7 10.0.0.1 1 2", "TCP6 2001:db8::7 10.0.0.1 1 2", "TCP6 fe80::1%eth0 ::1 1 2", "TCP6 [2001:db8::7] [::1] 1 2", "TCP6 2001:db8::7::1 ::1 1 2",
        "TCP6 1:2:3 ::1 1 2", "TCP6 12345::1 ::1 1 2", "TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2",
        "TCP4 203.0.113.7 10.0.0.1 65536 1", "TCP4 203.0.113.7 10.0.0.1 1 65536", "TCP4 203.0.113.7 10.0.0.1 +1 2", "TCP4 203.0.113.7 10.0.0.1 -1 2", "TCP4 203.0.113.7 10.0.0.1 01 2",
        "TCP4 203.0.113.7 10.0.0.1 1 00", "TCP4 203.0.113.7 10.0.0.1 1 ", "TCP4 203.0.113.7 10.0.0.1 99999999999 2", "TCP4 203.0.113.7 10.0.0.1 1 \u0662",
        "TCP 203.0.113.7 10.0.0.1 1 2", "tcp4 203.0.113.7 10.0.0.1 1 2", "UDP4 203.0.113.7 10.0.0.1 1 2", "UNKNOWNS", "unknown", "", " TCP4 203.0.113.7 10.0.0.1 1 2",
        "TCP4\t203.0.113.7 10.0.0.1 1 2", "UNKNOWN a\rb", "UNKNOWN a\0b", "UNKNOWN \u007f", "UNKNOWN \u00e4",
    })
    void lineThatIsNoneIsMalformed(String line) {
        assertThat(outcomeOf(text("PROXY " + line + "\r\n"))).isEqualTo("MALFORMED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\n", "PROXY UNKNOWN x\n", "PROXY TCP4 203.0.113.7 10.0.0.1 1 2\n", "PROXY\r\n", "PROXX", "PROXY\t", "proxy ", "POST / HTTP/1.1", "GET / HTTP/1.1", " PROXY ", "\n", "\r\n\r\n\1"})
    void otherFirstBytesAreMalformedAtOnce(String bytes) {
        assertThat(outcomeOf(text(bytes))).isEqualTo("MALFORMED");
    }

    @Test
    void lineIsAsLongAsTheLongestThatIsAllowed() {
        String rest = "f".repeat(107 - "PROXY UNKNOWN \r\n".length());
        assertThat(outcomeOf(text("PROXY UNKNOWN " + rest + "\r\n"))).isEqualTo("untold");
        assertThat(outcomeOf(text("PROXY UNKNOWN " + rest + "f\r\n"))).isEqualTo("TOO_LONG");
        assertThat(outcomeOf(text("PROXY UNKNOWN " + "f".repeat(1000)))).isEqualTo("TOO_LONG");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "21 11 000c | cb007107 0a000001 d903 01bb                                    | 203.0.113.7 55555",
        "21 21 0024 | 20010db8000000000000000000000007 20010db8000000000000000000000001 d903 01bb | 2001:db8::7 55555",
        "21 21 0024 | 00000000000000000000ffffcb007107 20010db8000000000000000000000001 d903 01bb | 203.0.113.7 55555",
        "21 11 0013 | cb007107 0a000001 d903 01bb 04 0004 00000000                   | 203.0.113.7 55555",
        "21 11 0017 | cb007107 0a000001 d903 01bb 04 0000 01 0002 6832 20 0000       | 203.0.113.7 55555",
        "20 00 0000 |                                                                | untold",
        "20 11 000c | cb007107 0a000001 d903 01bb                                    | untold",
        "20 ff 0003 | ffffff                                                         | untold",
        "21 00 0000 |                                                                | untold",
        "21 00 0002 | ffff                                                           | untold",
        "21 12 000c | cb007107 0a000001 d903 01bb                                    | untold",
        "21 22 0000 |                                                                | untold",
        "21 31 0000 |                                                                | untold",
        "21 32 0000 |                                                                | untold",
        "21 11 000b | cb007107 0a000001 d903 01                                      | MALFORMED",
        "21 11 0000 |                                                                | MALFORMED",
        "21 21 000c | cb007107 0a000001 d903 01bb                                    | MALFORMED",
        "21 11 000d | cb007107 0a000001 d903 01bb 00                                 | MALFORMED",
        "21 11 000f | cb007107 0a000001 d903 01bb 04 0001                            | MALFORMED",
        "21 11 0014 | cb007107 0a000001 d903 01bb 04 0004 00000000 00                | MALFORMED",
        "21 10 000c | cb007107 0a000001 d903 01bb                                    | MALFORMED",
        "21 13 000c | cb007107 0a000001 d903 01bb                                    | MALFORMED",
        "21 01 0000 |                                                                | MALFORMED",
        "21 41 0000 |                                                                | MALFORMED",
        "22 11 000c | cb007107 0a000001 d903 01bb                                    | MALFORMED",
        "11 11 000c | cb007107 0a000001 d903 01bb                                    | MALFORMED",
        "31 11 000c | cb007107 0a000001 d903 01bb                                    | MALFORMED",
    })
    void blockTellsItsClient(String fixed, String rest, String told) {
        assertThat(outcomeOf(binary(fixed + (rest == null ? "" : rest)))).isEqualTo(told);
    }

    @Test
    void blockOfAWrongSignatureIsMalformedAtItsFirstWrongByte() {
        byte[] right = binary("21 11 000c" + IPV4);
        for (int index = 0; index < SIGNATURE.length() / 2; index++) {
            byte[] wrong = right.clone();
            wrong[index] ^= 1;
            ByteBuf in = Unpooled.wrappedBuffer(wrong, 0, index + 1);
            assertThat(ProxyHeader.read(in)).describedAs("byte %d", index).isEqualTo(ProxyHeader.MALFORMED);
        }
    }

    @Test
    void blockEndsWhereItSaysAndNoFurtherThanTheMost() {
        assertThat(outcomeOf(binary("21 11 0ff0" + IPV4 + "04 0fe1" + "00".repeat(0xfe1)))).isEqualTo("203.0.113.7 55555");
        assertThat(outcomeOf(binary("21 11 0ff1"))).isEqualTo("TOO_LONG");
        assertThat(outcomeOf(binary("20 00 ffff"))).isEqualTo("TOO_LONG");
    }

    @Test
    void whatIsCutOffIsIncompleteAndTakesNothing() {
        for (byte[] header : new byte[][] {text("PROXY TCP4 203.0.113.7 10.0.0.1 55555 443\r\n"), binary("21 21 0024" + IPV6)}) {
            for (int length = 0; length < header.length; length++) {
                ByteBuf in = Unpooled.wrappedBuffer(header, 0, length);
                assertThat(ProxyHeader.read(in)).isEqualTo(ProxyHeader.INCOMPLETE);
                assertThat(in.readableBytes()).isEqualTo(length);
            }
        }
    }

    @Test
    void noSingleWrongByteThrows() {
        byte[] good = binary("21 11 0013" + IPV4 + "04 0004 00000000");
        for (int index = 0; index < good.length; index++) {
            for (int value = 0; value < 256; value++) {
                byte[] bytes = good.clone();
                bytes[index] = (byte) value;
                assertThat(ProxyHeader.read(Unpooled.wrappedBuffer(bytes))).isNotNull();
            }
        }
    }

    /** Whose client, or what is wrong; what stands behind a header that is taken is left. */
    private static String outcomeOf(byte[] header) {
        byte[] behind = text(BEHIND);
        ByteBuf in = Unpooled.wrappedBuffer(header, behind);
        return switch (ProxyHeader.read(in)) {
            case ProxyHeader.Told(InetSocketAddress client) -> {
                assertThat(in.toString(StandardCharsets.ISO_8859_1)).isEqualTo(BEHIND);
                yield AddressText.of(client.getAddress()) + " " + client.getPort();
            }
            case ProxyHeader.Untold _ -> {
                assertThat(in.toString(StandardCharsets.ISO_8859_1)).isEqualTo(BEHIND);
                yield "untold";
            }
            case ProxyHeader.Incomplete _ -> "incomplete";
            case ProxyHeader.Refused(ProxyHeader.Fault fault) -> fault.name();
        };
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] binary(String hex) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(HexFormat.of().parseHex(SIGNATURE));
        bytes.writeBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
        return bytes.toByteArray();
    }
}
