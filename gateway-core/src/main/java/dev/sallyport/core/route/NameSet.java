package dev.sallyport.core.route;

import dev.sallyport.core.http.HeaderFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Field names, looked up in place in the received bytes. Names are one where they differ in case or in what separates
 * their words only: servers that put fields into variables read {@code X_Auth_Subject}, {@code X.Auth.Subject} and
 * {@code X-Auth-Subject} alike (CVE-2025-64484, CVE-2026-88011).
 */
final class NameSet {
    /** Letters and digits in lower case, all else as a hyphen. */
    private static final byte[] FOLDED = folded();

    /** By length, then in any order: a name of another length is dismissed by one comparison. */
    private final byte[][][] byLength;

    private NameSet(byte[][][] byLength) {
        this.byLength = byLength;
    }

    static NameSet of(Collection<String> names) {
        int longest = names.stream().mapToInt(String::length).max().orElse(0);
        List<List<byte[]>> buckets = new ArrayList<>();
        for (int length = 0; length <= longest; length++) {
            buckets.add(new ArrayList<>(0));
        }
        names.forEach(name -> buckets.get(name.length()).add(fold(name)));
        return new NameSet(buckets.stream().map(bucket -> bucket.toArray(byte[][]::new)).toArray(byte[][][]::new));
    }

    boolean contains(HeaderFields fields, int index) {
        int start = fields.nameStart(index);
        int length = fields.nameEnd(index) - start;
        if (length >= byLength.length) {
            return false;
        }
        for (byte[] name : byLength[length]) {
            if (startsWith(fields.bytes(), start, name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the field's name begins with this folded text. */
    static boolean hasPrefix(HeaderFields fields, int index, byte[] prefix) {
        int start = fields.nameStart(index);
        return fields.nameEnd(index) - start >= prefix.length && startsWith(fields.bytes(), start, prefix);
    }

    /** Whether the field is called so, give or take case and separators. */
    static boolean isAlike(HeaderFields fields, int index, String name) {
        int start = fields.nameStart(index);
        if (fields.nameEnd(index) - start != name.length()) {
            return false;
        }
        for (int offset = 0; offset < name.length(); offset++) {
            if (FOLDED[fields.bytes()[start + offset] & 0xFF] != FOLDED[name.charAt(offset) & 0xFF]) {
                return false;
            }
        }
        return true;
    }

    static byte[] fold(String name) {
        byte[] folded = new byte[name.length()];
        for (int index = 0; index < folded.length; index++) {
            folded[index] = FOLDED[name.charAt(index) & 0xFF];
        }
        return folded;
    }

    private static boolean startsWith(byte[] bytes, int start, byte[] name) {
        for (int index = 0; index < name.length; index++) {
            if (FOLDED[bytes[start + index] & 0xFF] != name[index]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] folded() {
        byte[] folded = new byte[256];
        for (int octet = 0; octet < folded.length; octet++) {
            boolean isAlphanumeric = octet < 0x80 && Character.isLetterOrDigit(octet);
            folded[octet] = (byte) (isAlphanumeric ? Character.toLowerCase(octet) : '-');
        }
        return folded;
    }
}
