package dev.sallyport.core.route;

import dev.sallyport.core.http.HeaderFields;
import java.util.BitSet;

/**
 * Fields that {@code Connection} names are meant for us alone (RFC 9110 §7.6.1). Framing cannot be named away
 * (CVE-2026-6338, CVE-2026-26365), nor can what the gateway adds: both are written after this from proven facts.
 */
final class ConnectionOptions {
    private ConnectionOptions() {}

    /** False if more than {@code most} options are there. */
    static boolean dropNamed(HeaderFields fields, BitSet drop, int most) {
        int options = 0;
        for (int index = fields.indexOf("connection", 0); index >= 0; index = fields.indexOf("connection", index + 1)) {
            int end = fields.valueEnd(index);
            int start = fields.valueStart(index);
            while (start < end) {
                int comma = comma(fields.bytes(), start, end);
                options++;
                if (options > most) {
                    return false;
                }
                drop(fields, drop, start, comma);
                start = comma + 1;
            }
        }
        return true;
    }

    private static void drop(HeaderFields fields, BitSet drop, int start, int end) {
        int first = start;
        int last = end;
        while (first < last && isSpace(fields.bytes()[first])) {
            first++;
        }
        while (last > first && isSpace(fields.bytes()[last - 1])) {
            last--;
        }
        for (int index = 0; index < fields.size(); index++) {
            if (fields.nameEnd(index) - fields.nameStart(index) == last - first && last > first) {
                boolean isNamed = isSame(fields.bytes(), fields.nameStart(index), first, last - first);
                drop.set(index, drop.get(index) || isNamed);
            }
        }
    }

    private static boolean isSame(byte[] bytes, int one, int other, int length) {
        for (int offset = 0; offset < length; offset++) {
            if (lower(bytes[one + offset]) != lower(bytes[other + offset])) {
                return false;
            }
        }
        return true;
    }

    private static int comma(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && bytes[at] != ',') {
            at++;
        }
        return at;
    }

    private static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private static int lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
    }
}
