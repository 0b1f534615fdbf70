package dev.sallyport.server.listen.proxy;

import dev.sallyport.core.http.address.AddressText;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Version 1: one line of text (proxy-protocol.txt §2.1). */
final class TextHeader {
    /** With its CRLF; no line that the grammar allows is longer. */
    private static final int MOST_BYTES = 107;

    private static final byte[] START = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int WORDS = 5;
    private static final Predicate<String> PORT = Pattern.compile("0|[1-9][0-9]{0,4}").asMatchPredicate();
    private static final int MOST_PORT = 0xFFFF;

    /** With dots too: that is how C libraries write an IPv4 address among those of IPv6. */
    private static final Predicate<String> IPV6 = Pattern.compile("[0-9a-fA-F.]*:[0-9a-fA-F:.]*").asMatchPredicate();

    private TextHeader() {}

    static ProxyHeader read(ByteBuf in) {
        if (!ProxyHeader.mayBegin(in, START)) {
            return ProxyHeader.MALFORMED;
        }
        int searched = Math.min(in.readableBytes(), MOST_BYTES);
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + searched, (byte) '\n');
        if (end < 0) {
            return searched == MOST_BYTES ? ProxyHeader.TOO_LONG : ProxyHeader.INCOMPLETE;
        }
        String line = in.readCharSequence(end + 1 - in.readerIndex(), StandardCharsets.ISO_8859_1).toString();
        boolean isLine = line.endsWith("\r\n") && line.chars().limit(line.length() - 2L).allMatch(letter -> letter >= ' ' && letter < 0x7F);
        return isLine ? parse(line.substring(START.length, line.length() - 2)) : ProxyHeader.MALFORMED;
    }

    private static ProxyHeader parse(String text) {
        // What stands behind it is to be ignored.
        if (text.equals("UNKNOWN") || text.startsWith("UNKNOWN ")) {
            return ProxyHeader.UNTOLD;
        }
        String[] words = text.split(" ", -1);
        if (words.length != WORDS || !isPort(words[3]) || !isPort(words[4])) {
            return ProxyHeader.MALFORMED;
        }
        Optional<InetAddress> client = address(words[0], words[1]);
        return client.isEmpty() || address(words[0], words[2]).isEmpty()
                ? ProxyHeader.MALFORMED
                : new ProxyHeader.Told(new InetSocketAddress(client.get(), Integer.parseInt(words[3])));
    }

    private static Optional<InetAddress> address(String family, String text) {
        return switch (family) {
            // One spelling alone: without leading zeros, which some read as octal.
            case "TCP4" -> text.indexOf(':') < 0 ? AddressText.parse(text).filter(address -> AddressText.of(address).equals(text)) : Optional.empty();
            case "TCP6" -> IPV6.test(text) ? AddressText.parse(text) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static boolean isPort(String text) {
        return PORT.test(text) && Integer.parseInt(text) <= MOST_PORT;
    }
}
