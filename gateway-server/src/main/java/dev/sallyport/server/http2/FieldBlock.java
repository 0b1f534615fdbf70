package dev.sallyport.server.http2;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.server.http1.HeadBounds;
import dev.sallyport.server.http1.syntax.Bytes;
import dev.sallyport.server.http1.syntax.FramingViolation;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields of one decoded block, proven one by one (RFC 9113 §8.2). What they take is counted as HTTP/1.1 would spell
 * them, crumbs of cookies included: the table of HPACK makes a large field of one byte (CVE-2026-49975).
 */
final class FieldBlock {
    /** {@code ": "} and CRLF. */
    private static final int LINE_OVERHEAD = 4;
    private static final String COOKIE = "cookie";

    /** Of one connection alone, and so of HTTP/1 alone (RFC 9113 §8.2.2). */
    private static final Set<String> CONNECTION_SPECIFIC =
            Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade");

    private final HeadBounds bounds;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final List<Integer> spans = new ArrayList<>(64);
    private final StringBuilder cookie = new StringBuilder();
    private int count;
    private int size;

    FieldBlock(HeadBounds bounds) {
        this.bounds = bounds;
    }

    private void count() throws FramingViolation {
        count++;
        if (count > bounds.maxFields()) {
            throw FramingViolation.ofLimit("maxHeaders", RejectReason.HEADERS_TOO_LARGE, "more than " + bounds.maxFields() + " fields");
        }
    }

    /** Pseudo-fields take room as well; they stand for the request line, which is no field. */
    void measure(CharSequence name, CharSequence value) throws FramingViolation {
        size += name.length() + value.length() + LINE_OVERHEAD;
        if (size > bounds.maxBytes()) {
            throw FramingViolation.ofLimit("maxHeaderBytes", RejectReason.HEADERS_TOO_LARGE, "the head passes " + bounds.maxBytes() + " bytes");
        }
    }

    void add(Map.Entry<CharSequence, CharSequence> field) throws MalformedMessage, FramingViolation {
        String name = field.getKey().toString();
        String value = field.getValue().toString();
        count();
        measure(name, value);
        prove(name, value);
        if (name.equals(COOKIE)) {
            cookie.append(cookie.isEmpty() ? "" : "; ").append(value);
        } else {
            append(name, value);
        }
    }

    private static void prove(String name, String value) throws MalformedMessage {
        if (name.isEmpty()) {
            throw new MalformedMessage("an empty field name");
        }
        for (int at = 0; at < name.length(); at++) {
            char letter = name.charAt(at);
            if (letter > 0x7F || !Bytes.isToken((byte) letter) || (letter >= 'A' && letter <= 'Z')) {
                throw new MalformedMessage("a byte that no field name may hold");
            }
        }
        proveValue(value);
        if (CONNECTION_SPECIFIC.contains(name) || (name.equals("te") && !value.equals("trailers"))) {
            throw new MalformedMessage("`" + name + "`, which is of a connection");
        }
    }

    /** RFC 9113 §8.2.1; surrounding white space would be read away by whoever speaks HTTP/1.1 behind us. */
    private static void proveValue(String value) throws MalformedMessage {
        for (int at = 0; at < value.length(); at++) {
            char letter = value.charAt(at);
            if (letter > 0xFF || !Bytes.isFieldContent((byte) letter)) {
                throw new MalformedMessage("a control byte in a field value");
            }
        }
        if (!value.isEmpty() && (Bytes.isBlank((byte) value.charAt(0)) || Bytes.isBlank((byte) value.charAt(value.length() - 1)))) {
            throw new MalformedMessage("white space around a field value");
        }
    }

    private void append(String name, String value) {
        span(name);
        span(value);
    }

    private void span(String text) {
        spans.add(bytes.size());
        for (int at = 0; at < text.length(); at++) {
            bytes.write(text.charAt(at));
        }
        spans.add(bytes.size());
    }

    /** With the crumbs of cookies as one field again (RFC 9113 §8.2.3): HTTP/1.1 knows them in one piece. */
    HeaderFields fields() {
        if (!cookie.isEmpty()) {
            append(COOKIE, cookie.toString());
        }
        int[] offsets = spans.stream().mapToInt(Integer::intValue).toArray();
        return HeaderFields.over(bytes.toByteArray(), offsets, offsets.length / 4);
    }
}
