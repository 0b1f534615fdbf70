package dev.sallyport.core.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A header or trailer section (RFC 9110 §5, §6.5) as it arrived: the bytes, and where each field lies in them. The order
 * and the spelling of the sender are kept; looking a field up compares in place and allocates nothing.
 *
 * <p>Whoever builds one has proven its grammar: names are tokens, values hold no control byte but HTAB and carry no
 * surrounding white space.
 */
public final class HeaderFields {
    /** Numbers kept for each field: start and end of its name, start and end of its value. */
    private static final int SPAN = 4;

    private static final HeaderFields EMPTY = new HeaderFields(new byte[0], new int[0], 0);

    private final byte[] bytes;
    private final int[] spans;
    private final int size;

    private HeaderFields(byte[] bytes, int[] spans, int size) {
        this.bytes = bytes;
        this.spans = spans;
        this.size = size;
    }

    public static HeaderFields empty() {
        return EMPTY;
    }

    /**
     * Takes ownership of both arrays.
     *
     * @param spans for each field four offsets into {@code bytes}: name start, name end, value start, value end
     */
    public static HeaderFields over(byte[] bytes, int[] spans, int size) {
        return new HeaderFields(bytes, spans, size);
    }

    /** Builds a section from names and values in turn. */
    public static HeaderFields of(String... namesAndValues) {
        int size = namesAndValues.length / 2;
        int[] spans = new int[size * SPAN];
        StringBuilder text = new StringBuilder();
        for (int part = 0; part < namesAndValues.length; part++) {
            spans[part * 2] = text.length();
            text.append(namesAndValues[part]);
            spans[part * 2 + 1] = text.length();
        }
        return new HeaderFields(text.toString().getBytes(StandardCharsets.ISO_8859_1), spans, size);
    }

    public int size() {
        return size;
    }

    /** As the sender spelt it. */
    public String name(int index) {
        return text(nameStart(index), nameEnd(index));
    }

    /** Each byte one character (ISO 8859-1), so that nothing is lost. */
    public String value(int index) {
        return text(valueStart(index), valueEnd(index));
    }

    /** The index of the first field of that name at or after {@code from}, or -1. */
    public int indexOf(String name, int from) {
        for (int index = from; index < size; index++) {
            if (isNamed(index, name)) {
                return index;
            }
        }
        return -1;
    }

    public boolean contains(String name) {
        return indexOf(name, 0) >= 0;
    }

    public Optional<String> findFirst(String name) {
        int index = indexOf(name, 0);
        return index < 0 ? Optional.empty() : Optional.of(value(index));
    }

    public List<String> all(String name) {
        List<String> values = new ArrayList<>(1);
        for (int index = indexOf(name, 0); index >= 0; index = indexOf(name, index + 1)) {
            values.add(value(index));
        }
        return values;
    }

    public int count(String name) {
        int count = 0;
        for (int index = indexOf(name, 0); index >= 0; index = indexOf(name, index + 1)) {
            count++;
        }
        return count;
    }

    /** Field names compare without regard to ASCII case (RFC 9110 §5.1). */
    public boolean isNamed(int index, String name) {
        int start = nameStart(index);
        if (nameEnd(index) - start != name.length()) {
            return false;
        }
        for (int offset = 0; offset < name.length(); offset++) {
            if (lower(bytes[start + offset]) != lower((byte) name.charAt(offset))) {
                return false;
            }
        }
        return true;
    }

    /** The bytes that all offsets refer to; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public int nameStart(int index) {
        return spans[index * SPAN];
    }

    public int nameEnd(int index) {
        return spans[index * SPAN + 1];
    }

    public int valueStart(int index) {
        return spans[index * SPAN + 2];
    }

    public int valueEnd(int index) {
        return spans[index * SPAN + 3];
    }

    private String text(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    private static int lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeaderFields that && lines().equals(that.lines());
    }

    @Override
    public int hashCode() {
        return lines().hashCode();
    }

    /** Names only: a value may be a credential. */
    @Override
    public String toString() {
        List<String> names = new ArrayList<>(size);
        for (int index = 0; index < size; index++) {
            names.add(name(index));
        }
        return names.toString();
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>(size);
        for (int index = 0; index < size; index++) {
            lines.add(name(index) + ": " + value(index));
        }
        return lines;
    }
}
