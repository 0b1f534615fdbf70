package dev.sallyport.tests.harness.http2;

import dev.sallyport.tests.harness.Field;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** HPACK (RFC 7541) without its table and without Huffman: what is sent is sent as it is, malformed or not. */
public final class FieldBlock {
    private static final int LONGEST_IN_PREFIX = 127;

    /** Entries of the static table that answers use (RFC 7541 appendix A). */
    private static final Map<Integer, Field> STATIC = Map.ofEntries(
            entry(8, ":status", "200"), entry(9, ":status", "204"), entry(10, ":status", "206"), entry(11, ":status", "304"),
            entry(12, ":status", "400"), entry(13, ":status", "404"), entry(14, ":status", "500"),
            entry(18, "accept-ranges", ""), entry(21, "age", ""), entry(22, "allow", ""), entry(24, "cache-control", ""),
            entry(25, "content-disposition", ""), entry(26, "content-encoding", ""), entry(28, "content-length", ""),
            entry(31, "content-type", ""), entry(33, "date", ""), entry(34, "etag", ""), entry(36, "expires", ""),
            entry(45, "link", ""), entry(46, "location", ""), entry(53, "retry-after", ""), entry(54, "server", ""), entry(55, "set-cookie", ""),
            entry(59, "vary", ""), entry(60, "via", ""), entry(61, "www-authenticate", ""));

    private FieldBlock() {}

    private static Map.Entry<Integer, Field> entry(int index, String name, String value) {
        return Map.entry(index, new Field(name, value));
    }

    /** Names and values in turn. */
    public static byte[] of(String... namesAndValues) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            out.write(0); // a literal that is not indexed, with a new name (§6.2.2)
            string(out, namesAndValues[at]);
            string(out, namesAndValues[at + 1]);
        }
        return out.toByteArray();
    }

    /** One that the other side is to keep in its table, where it gets the index 62 (§6.2.1). */
    public static byte[] indexing(String name, String value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x40);
        string(out, name);
        string(out, value);
        return out.toByteArray();
    }

    private static void string(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < LONGEST_IN_PREFIX) {
            out.write(bytes.length);
        } else {
            out.write(LONGEST_IN_PREFIX);
            int rest = bytes.length - LONGEST_IN_PREFIX;
            for (; rest > LONGEST_IN_PREFIX; rest >>>= 7) {
                out.write((rest & LONGEST_IN_PREFIX) | 0x80);
            }
            out.write(rest);
        }
        out.writeBytes(bytes);
    }

    /** Of a peer that was told to keep no table, and that has nothing long enough to compress. */
    public static List<Field> read(byte[] block) {
        List<Field> fields = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(block);
        while (in.hasRemaining()) {
            int first = in.get(in.position()) & 0xFF;
            if (first >= 0x80) {
                fields.add(indexed(number(in, 7)));
            } else if (first >= 0x20 && first < 0x40) {
                number(in, 5); // the size of the table
            } else {
                int index = number(in, first >= 0x40 ? 6 : 4);
                String name = index == 0 ? string(in) : indexed(index).name();
                fields.add(new Field(name, string(in)));
            }
        }
        return fields;
    }

    private static Field indexed(int index) {
        Field known = STATIC.get(index);
        if (known == null) {
            throw new AssertionError("index " + index + " of HPACK");
        }
        return known;
    }

    private static int number(ByteBuffer in, int prefix) {
        int most = (1 << prefix) - 1;
        int number = in.get() & most;
        if (number < most) {
            return number;
        }
        int shift = 0;
        int next;
        do {
            next = in.get();
            number += (next & LONGEST_IN_PREFIX) << shift;
            shift += 7;
        } while (next < 0);
        return number;
    }

    private static String string(ByteBuffer in) {
        if (in.get(in.position()) < 0) {
            throw new AssertionError("a Huffman code");
        }
        byte[] bytes = new byte[number(in, 7)];
        in.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
