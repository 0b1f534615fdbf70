package dev.sallyport.server.http1;

import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.uri.RequestTarget;
import dev.sallyport.core.http.uri.TargetViolation;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.server.http1.syntax.Authority;
import dev.sallyport.server.http1.syntax.Bytes;
import dev.sallyport.server.http1.syntax.FieldSection;
import dev.sallyport.server.http1.syntax.FramingViolation;
import dev.sallyport.server.http1.syntax.SectionScanner;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads request heads off one connection, strictly by RFC 9112: whatever two parsers might read differently is refused.
 * A head is copied once, into the array that {@link HeaderFields} then points into.
 */
public final class RequestHeadReader {
    private static final byte[] VERSION = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

    private final HeadBounds bounds;
    private final SectionScanner scanner;
    private LeadingLine leadingLine = LeadingLine.MAY_COME;

    /** RFC 9112 §2.2 lets an empty line come before a request; we bear one, and nothing else (CVE-2026-50020). */
    private enum LeadingLine { MAY_COME, OVER }

    public RequestHeadReader(HeadBounds bounds) {
        this.bounds = bounds;
        this.scanner = new SectionScanner(bounds.maxBytes());
    }

    /** Empty while more bytes are needed; then nothing but a leading empty line was taken from {@code in}. */
    public Optional<ReceivedRequest> read(ByteBuf in) throws FramingViolation {
        if (!isAtRequestLine(in)) {
            return Optional.empty();
        }
        int length = scanner.lengthOf(in);
        if (length == SectionScanner.INCOMPLETE) {
            return Optional.empty();
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        scanner.reset();
        leadingLine = LeadingLine.MAY_COME;
        return Optional.of(parse(bytes));
    }

    private boolean isAtRequestLine(ByteBuf in) throws FramingViolation {
        if (!in.isReadable()) {
            return false;
        }
        byte first = in.getByte(in.readerIndex());
        if (leadingLine == LeadingLine.MAY_COME && first == Bytes.CR) {
            if (in.readableBytes() < 2) {
                return false;
            }
            if (in.getByte(in.readerIndex() + 1) != Bytes.LF) {
                throw new FramingViolation(RejectReason.LINE_ENDING_INVALID, "a bare CR");
            }
            in.skipBytes(2);
            leadingLine = LeadingLine.OVER;
            return isAtRequestLine(in);
        }
        leadingLine = LeadingLine.OVER;
        if (first == Bytes.LF) {
            throw new FramingViolation(RejectReason.LINE_ENDING_INVALID, "a bare LF");
        }
        if (!Bytes.isToken(first)) {
            throw new FramingViolation(RejectReason.REQUEST_LINE_MALFORMED, "the first byte begins no method");
        }
        return true;
    }

    private ReceivedRequest parse(byte[] bytes) throws FramingViolation {
        int methodEnd = 0;
        while (Bytes.isToken(bytes[methodEnd])) {
            methodEnd++;
        }
        int targetEnd = methodEnd + 1;
        while (bytes[targetEnd] != Bytes.SP && bytes[targetEnd] != Bytes.CR && bytes[targetEnd] != Bytes.LF) {
            targetEnd++;
        }
        HttpVersion version = readVersion(bytes, methodEnd, targetEnd);
        String method = methodIn(bytes, methodEnd);
        String rawTarget = new String(bytes, methodEnd + 1, targetEnd - methodEnd - 1, StandardCharsets.ISO_8859_1);
        HeaderFields fields = FieldSection.read(bytes, targetEnd + 1 + VERSION.length + 1 + 2, bounds.maxFields());
        BodyLength length = ContentFraming.declaredBy(fields, version);
        refuseOtherExpectations(fields);
        return switch (RequestTarget.parse(method, rawTarget)) {
            case RequestTarget.Parsed.Invalid(TargetViolation violation) -> throw FramingViolation.of(violation);
            case RequestTarget.Parsed.Valid(RequestTarget target, Optional<String> absolute) -> {
                String authority = authority(fields, version, absolute);
                String host = authority.isEmpty() ? "" : Authority.hostOf(authority);
                yield new ReceivedRequest(
                        new RequestHead(method, target, host, authority, fields, length),
                        version,
                        Persistence.saidBy(fields, version));
            }
        };
    }

    /** What stands between the second space and the line's end must be exactly {@code HTTP/1.1} or {@code HTTP/1.0}. */
    private static HttpVersion readVersion(byte[] bytes, int methodEnd, int targetEnd) throws FramingViolation {
        if (bytes[methodEnd] != Bytes.SP || bytes[targetEnd] != Bytes.SP || targetEnd == methodEnd + 1) {
            throw bytes[targetEnd] == Bytes.CR && bytes[targetEnd + 1] != Bytes.LF
                    ? new FramingViolation(RejectReason.LINE_ENDING_INVALID, "a bare CR")
                    : new FramingViolation(RejectReason.REQUEST_LINE_MALFORMED, "not `method SP target SP version`");
        }
        int at = targetEnd + 1;
        for (byte letter : VERSION) {
            if (bytes[at++] != letter) {
                throw new FramingViolation(RejectReason.REQUEST_LINE_MALFORMED, "the version is not HTTP/1.1 or HTTP/1.0");
            }
        }
        byte minor = bytes[at];
        if ((minor != '0' && minor != '1') || bytes[at + 1] != Bytes.CR) {
            throw new FramingViolation(RejectReason.REQUEST_LINE_MALFORMED, "the version is not HTTP/1.1 or HTTP/1.0");
        }
        if (bytes[at + 2] != Bytes.LF) {
            throw new FramingViolation(RejectReason.LINE_ENDING_INVALID, "a bare CR");
        }
        return minor == '1' ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0;
    }

    private static String methodIn(byte[] bytes, int end) throws FramingViolation {
        if (end == 3 && bytes[0] == 'G' && bytes[1] == 'E' && bytes[2] == 'T') {
            return "GET";
        }
        String method = new String(bytes, 0, end, StandardCharsets.US_ASCII);
        if (method.equals("CONNECT") || method.equals("TRACE")) {
            throw new FramingViolation(RejectReason.METHOD_UNSUPPORTED, method);
        }
        return method;
    }

    private static void refuseOtherExpectations(HeaderFields fields) throws FramingViolation {
        int index = fields.indexOf("expect", 0);
        if (index >= 0
                && (!fields.value(index).equalsIgnoreCase("100-continue") || fields.indexOf("expect", index + 1) >= 0)) {
            throw new FramingViolation(RejectReason.EXPECTATION_UNSUPPORTED, "Expect is not `100-continue`");
        }
    }

    /** One Host, and an absolute-form target may not contradict it: caches and upstreams disagree on which of them counts. */
    private static String authority(HeaderFields fields, HttpVersion version, Optional<String> absolute)
            throws FramingViolation {
        int index = fields.indexOf("host", 0);
        if (index < 0) {
            if (version == HttpVersion.HTTP_1_1) {
                throw new FramingViolation(RejectReason.HOST_INVALID, "Host is missing");
            }
            return absolute.orElse("");
        }
        if (fields.indexOf("host", index + 1) >= 0) {
            throw new FramingViolation(RejectReason.HOST_INVALID, "Host is repeated");
        }
        String host = fields.value(index);
        if (host.isEmpty()) {
            throw new FramingViolation(RejectReason.HOST_INVALID, "Host is empty");
        }
        if (absolute.isPresent() && !absolute.get().equalsIgnoreCase(host)) {
            throw new FramingViolation(RejectReason.HOST_INVALID, "Host and the target name different authorities");
        }
        return host;
    }
}
