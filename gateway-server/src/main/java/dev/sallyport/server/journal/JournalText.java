package dev.sallyport.server.journal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A journal as bytes: a head line, then a line a record, each with its checksum in front. The end of line is the last byte
 * that is written, so a line without one was never acknowledged; any other damage is not explained by a crash.
 */
final class JournalText {
    static final String HEAD = "sallyport journal 1\n";
    private static final int CHECKSUM_DIGITS = 8;

    private JournalText() {}

    /** What a file holds. */
    sealed interface Parsed {
        /** @param length in bytes up to the end of the last whole record; what lies behind may be cut off */
        record Records(List<String> records, long length) implements Parsed {}

        record Damaged(String why) implements Parsed {}
    }

    static byte[] line(String record) {
        byte[] text = record.getBytes(StandardCharsets.UTF_8);
        return (checksum(text) + " " + record + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static Parsed parse(byte[] bytes) {
        byte[] head = HEAD.getBytes(StandardCharsets.US_ASCII);
        // Made by hand; ours begin with their head, or are not there.
        if (bytes.length == 0) {
            return new Parsed.Records(List.of(), 0);
        }
        if (!startsWith(bytes, head)) {
            return new Parsed.Damaged("it is no journal of this version");
        }
        List<String> records = new ArrayList<>();
        int start = head.length;
        for (int end = endOfLine(bytes, start); end >= 0; end = endOfLine(bytes, start)) {
            if (!isWhole(bytes, start, end)) {
                return new Parsed.Damaged("record " + (records.size() + 1) + " is damaged");
            }
            int text = start + CHECKSUM_DIGITS + 1;
            records.add(new String(bytes, text, end - text, StandardCharsets.UTF_8));
            start = end + 1;
        }
        return new Parsed.Records(List.copyOf(records), start);
    }

    private static boolean startsWith(byte[] bytes, byte[] beginning) {
        if (bytes.length < beginning.length) {
            return false;
        }
        for (int index = 0; index < beginning.length; index++) {
            if (bytes[index] != beginning[index]) {
                return false;
            }
        }
        return true;
    }

    private static int endOfLine(byte[] bytes, int from) {
        for (int index = from; index < bytes.length; index++) {
            if (bytes[index] == '\n') {
                return index;
            }
        }
        return -1;
    }

    private static boolean isWhole(byte[] bytes, int start, int end) {
        int text = start + CHECKSUM_DIGITS + 1;
        if (text > end || bytes[text - 1] != ' ') {
            return false;
        }
        byte[] record = Arrays.copyOfRange(bytes, text, end);
        return new String(bytes, start, CHECKSUM_DIGITS, StandardCharsets.US_ASCII).equals(checksum(record));
    }

    private static String checksum(byte[] text) {
        CRC32C sum = new CRC32C();
        sum.update(text);
        return String.format("%08x", sum.getValue());
    }
}
