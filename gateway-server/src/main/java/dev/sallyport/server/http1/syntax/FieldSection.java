package dev.sallyport.server.http1.syntax;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.reject.RejectReason;
import java.util.Arrays;

/** Reads field lines (RFC 9112 §5) out of a section whose end is known. */
public final class FieldSection {
    private static final int SPAN = 4;
    private static final int FIRST_FIELDS = 16;

    private FieldSection() {}

    /**
     * @param from first byte of the first field line
     * @param bytes ends with the section's empty line
     */
    public static HeaderFields read(byte[] bytes, int from, int maxFields) throws FramingViolation {
        int[] spans = new int[FIRST_FIELDS * SPAN];
        int size = 0;
        int at = from;
        int end = bytes.length - 2;
        while (at < end) {
            if (size == maxFields) {
                throw FramingViolation.ofLimit("maxHeaders", RejectReason.HEADERS_TOO_LARGE, "more than " + maxFields + " fields");
            }
            if (size * SPAN == spans.length) {
                spans = Arrays.copyOf(spans, spans.length * 2);
            }
            at = readLine(bytes, at, spans, size * SPAN);
            size++;
        }
        return HeaderFields.over(bytes, spans, size);
    }

    /** White space before the colon made {@code Transfer-Encoding : chunked} count for some and not for others (CVE-2019-16869). */
    private static int readLine(byte[] bytes, int start, int[] spans, int span) throws FramingViolation {
        int colon = start;
        while (Bytes.isToken(bytes[colon])) {
            colon++;
        }
        if (bytes[colon] != ':' || colon == start) {
            throw badName(bytes, start, colon);
        }
        int value = colon + 1;
        while (Bytes.isBlank(bytes[value])) {
            value++;
        }
        int end = value;
        while (Bytes.isFieldContent(bytes[end])) {
            end++;
        }
        int next = requireLineEnd(bytes, end);
        while (end > value && Bytes.isBlank(bytes[end - 1])) {
            end--;
        }
        spans[span] = start;
        spans[span + 1] = colon;
        spans[span + 2] = value;
        spans[span + 3] = end;
        return next;
    }

    /** The index behind the CRLF at {@code at}. */
    public static int requireLineEnd(byte[] bytes, int at) throws FramingViolation {
        if (bytes[at] != Bytes.CR) {
            throw new FramingViolation(RejectReason.HEADER_MALFORMED, "a control byte");
        }
        if (bytes[at + 1] != Bytes.LF) {
            throw new FramingViolation(RejectReason.LINE_ENDING_INVALID, "a bare CR");
        }
        return at + 2;
    }

    private static FramingViolation badName(byte[] bytes, int start, int at) {
        byte found = bytes[at];
        if (at == start && Bytes.isBlank(found)) {
            return new FramingViolation(RejectReason.HEADER_MALFORMED, "a folded line (RFC 9112 §5.2)");
        }
        if (found == ':') {
            return new FramingViolation(RejectReason.HEADER_MALFORMED, "an empty field name");
        }
        if (Bytes.isBlank(found)) {
            return new FramingViolation(RejectReason.HEADER_MALFORMED, "white space before the colon");
        }
        if (found == Bytes.CR && bytes[at + 1] != Bytes.LF) {
            return new FramingViolation(RejectReason.LINE_ENDING_INVALID, "a bare CR");
        }
        return new FramingViolation(RejectReason.HEADER_MALFORMED,
                found == Bytes.CR ? "a line without a colon" : "a byte that no field name may hold");
    }
}
