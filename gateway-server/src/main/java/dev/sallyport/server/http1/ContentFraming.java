package dev.sallyport.server.http1;

import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.server.http1.syntax.Bytes;
import dev.sallyport.server.http1.syntax.FramingViolation;

/** Where a message's content ends (RFC 9112 §6.3). */
public sealed interface ContentFraming {
    /** There is none, whatever the fields say. */
    record Absent() implements ContentFraming {}

    record Fixed(long bytes) implements ContentFraming {}

    record Chunked() implements ContentFraming {}

    /** Answers only. */
    record UntilClose() implements ContentFraming {}

    ContentFraming ABSENT = new Absent();
    ContentFraming CHUNKED = new Chunked();
    ContentFraming UNTIL_CLOSE = new UntilClose();

    /** 18 digits fit a long; more is no honest length. */
    int MAX_LENGTH_DIGITS = 18;

    static ContentFraming of(BodyLength length) {
        return switch (length) {
            case BodyLength.None() -> ABSENT;
            case BodyLength.Fixed(long bytes) -> new Fixed(bytes);
            case BodyLength.Chunked() -> CHUNKED;
        };
    }

    /**
     * The length that a head declares. Both fields together, several of one, or any coding but {@code chunked} alone are
     * refused, as is a coding in HTTP/1.0: each has been read in two ways (CVE-2019-20445, CVE-2020-7238, CVE-2026-89044).
     */
    static BodyLength declaredBy(HeaderFields fields, HttpVersion version) throws FramingViolation {
        int coding = fields.indexOf("transfer-encoding", 0);
        int length = fields.indexOf("content-length", 0);
        if (coding >= 0) {
            if (length >= 0) {
                throw new FramingViolation(RejectReason.FRAMING_AMBIGUOUS, "Content-Length and Transfer-Encoding together");
            }
            if (version == HttpVersion.HTTP_1_0) {
                throw new FramingViolation(RejectReason.FRAMING_AMBIGUOUS, "a transfer coding in HTTP/1.0");
            }
            if (fields.indexOf("transfer-encoding", coding + 1) >= 0 || !fields.value(coding).equalsIgnoreCase("chunked")) {
                throw new FramingViolation(RejectReason.TRANSFER_CODING_UNSUPPORTED, "Transfer-Encoding is not `chunked` alone");
            }
            return BodyLength.CHUNKED;
        }
        if (length < 0) {
            return BodyLength.NONE;
        }
        if (fields.indexOf("content-length", length + 1) >= 0) {
            throw new FramingViolation(RejectReason.FRAMING_AMBIGUOUS, "several Content-Length fields");
        }
        return new BodyLength.Fixed(parseLength(fields, length));
    }

    /** Digits only: no sign, no {@code 0x}, no list (CVE-2023-38697, CVE-2023-40225). */
    private static long parseLength(HeaderFields fields, int index) throws FramingViolation {
        int start = fields.valueStart(index);
        int end = fields.valueEnd(index);
        if (start == end || end - start > MAX_LENGTH_DIGITS) {
            throw new FramingViolation(RejectReason.CONTENT_LENGTH_INVALID, "Content-Length is empty or too long");
        }
        long length = 0;
        for (int at = start; at < end; at++) {
            byte digit = fields.bytes()[at];
            if (!Bytes.isDigit(digit)) {
                throw new FramingViolation(RejectReason.CONTENT_LENGTH_INVALID, "Content-Length is not a plain number");
            }
            length = length * 10 + digit - '0';
        }
        return length;
    }
}
