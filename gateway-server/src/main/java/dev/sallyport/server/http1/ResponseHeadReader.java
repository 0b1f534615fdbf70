package dev.sallyport.server.http1;

import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.server.http1.syntax.Bytes;
import dev.sallyport.server.http1.syntax.FieldSection;
import dev.sallyport.server.http1.syntax.FramingViolation;
import dev.sallyport.server.http1.syntax.SectionScanner;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the heads of answers off one upstream connection, as strictly as requests are read (CVE-2026-42579). */
public final class ResponseHeadReader {
    private static final byte[] VERSION = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_AT = VERSION.length + 2;
    private static final int REASON_AT = STATUS_AT + 4;
    private static final int SHORTEST_LINE = STATUS_AT + 3;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final HeadBounds bounds;
    private final SectionScanner scanner;

    public ResponseHeadReader(HeadBounds bounds) {
        this.bounds = bounds;
        this.scanner = new SectionScanner(bounds.maxBytes());
    }

    /**
     * Empty while more bytes are needed; then nothing was taken from {@code in}.
     *
     * @param method of the request that this answers: HEAD has no content, whatever the fields say
     */
    public Optional<ResponseHead> read(ByteBuf in, String method) throws FramingViolation {
        int length = scanner.lengthOf(in);
        if (length == SectionScanner.INCOMPLETE) {
            return Optional.empty();
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        scanner.reset();
        return Optional.of(parse(bytes, method));
    }

    private ResponseHead parse(byte[] bytes, String method) throws FramingViolation {
        int status = statusIn(bytes);
        int end = Math.min(REASON_AT, SHORTEST_LINE + (bytes[SHORTEST_LINE] == Bytes.SP ? 1 : 0));
        while (Bytes.isFieldContent(bytes[end])) {
            end++;
        }
        int fieldsAt = FieldSection.requireLineEnd(bytes, end);
        String reason = end <= REASON_AT ? "" : new String(bytes, REASON_AT, end - REASON_AT, StandardCharsets.ISO_8859_1);
        HttpVersion version = bytes[VERSION.length] == '1' ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0;
        HeaderFields fields = FieldSection.read(bytes, fieldsAt, bounds.maxFields());
        ContentFraming framing = framing(status, method, ContentFraming.declaredBy(fields, version));
        return new ResponseHead(status, reason, fields, framing, Persistence.saidBy(fields, version));
    }

    private static int statusIn(byte[] bytes) throws FramingViolation {
        boolean wellFormed = bytes.length > SHORTEST_LINE + 2 && bytes[STATUS_AT - 1] == Bytes.SP
                && (bytes[VERSION.length] == '0' || bytes[VERSION.length] == '1')
                && (bytes[SHORTEST_LINE] == Bytes.SP || bytes[SHORTEST_LINE] == Bytes.CR);
        for (int at = 0; wellFormed && at < VERSION.length; at++) {
            wellFormed = bytes[at] == VERSION[at];
        }
        int status = 0;
        for (int at = STATUS_AT; wellFormed && at < SHORTEST_LINE; at++) {
            wellFormed = Bytes.isDigit(bytes[at]);
            status = status * 10 + bytes[at] - '0';
        }
        if (!wellFormed || status < 100 || status > 599) {
            throw new FramingViolation(RejectReason.UPSTREAM_MALFORMED, "no valid status line");
        }
        return status;
    }

    private static ContentFraming framing(int status, String method, BodyLength declared) {
        if (status < 200 || status == NO_CONTENT || status == NOT_MODIFIED || method.equals("HEAD")) {
            return ContentFraming.ABSENT;
        }
        return declared instanceof BodyLength.None ? ContentFraming.UNTIL_CLOSE : ContentFraming.of(declared);
    }
}
