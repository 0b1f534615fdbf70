package dev.sallyport.tests.harness;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads HTTP/1.1 with no leniency at all (RFC 9112), independently of the gateway, so that what it accepts is beyond dispute. */
final class StrictReader {
    private static final int LONGEST_LINE = 256 * 1024;
    private final InputStream in;

    StrictReader(InputStream in) {
        this.in = in;
    }

    /** One line without its CRLF; empty where the stream ended before its first byte. */
    Optional<String> line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0 && line.isEmpty()) {
                return Optional.empty();
            }
            if (next < 0) {
                throw new EOFException("the stream ended within the line " + line);
            }
            if (next == '\n' || line.length() > LONGEST_LINE) {
                throw new MalformedMessage("bare LF or endless line: " + line);
            }
            line.append((char) next);
        }
        if (in.read() != '\n') {
            throw new MalformedMessage("bare CR after: " + line);
        }
        return Optional.of(line.toString());
    }

    private String mustLine() throws IOException {
        return line().orElseThrow(() -> new EOFException("the stream ended where a line was due"));
    }

    List<Field> fields() throws IOException {
        List<Field> fields = new ArrayList<>();
        for (String line = mustLine(); !line.isEmpty(); line = mustLine()) {
            int colon = line.indexOf(':');
            if (colon <= 0 || !line.substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw new MalformedMessage("bad field line: " + line);
            }
            String value = line.substring(colon + 1);
            if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
                throw new MalformedMessage("control byte in field: " + line);
            }
            fields.add(new Field(line.substring(0, colon), value.strip()));
        }
        return List.copyOf(fields);
    }

    /** What a message says of its own length. */
    record Framing(Optional<Long> length, boolean chunked) {
        static Framing of(List<Field> fields) throws MalformedMessage {
            List<String> codings = Field.values(fields, "Transfer-Encoding");
            List<String> lengths = Field.values(fields, "Content-Length");
            if (codings.size() + lengths.size() > 1) {
                throw new MalformedMessage("more than one framing field: " + fields);
            }
            if (!codings.isEmpty() && !codings.getFirst().toLowerCase(Locale.ROOT).equals("chunked")) {
                throw new MalformedMessage("transfer coding " + codings);
            }
            if (!lengths.isEmpty() && !lengths.getFirst().matches("[0-9]{1,18}")) {
                throw new MalformedMessage("length " + lengths);
            }
            return new Framing(lengths.stream().findFirst().map(Long::valueOf), !codings.isEmpty());
        }
    }

    byte[] exactly(long length) throws IOException {
        byte[] bytes = in.readNBytes(Math.toIntExact(length));
        if (bytes.length < length) {
            throw new EOFException("the stream ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    /** Bytes that are there and were not read. */
    int available() throws IOException {
        return in.available();
    }

    byte[] rest() throws IOException {
        return in.readAllBytes();
    }

    /** The chunks up to and with the last one of size zero; the trailers follow as {@link #fields()}. */
    byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (chunk(body) > 0) {
            // chunk by chunk until the last one
        }
        return body.toByteArray();
    }

    private int chunk(ByteArrayOutputStream body) throws IOException {
        String size = mustLine();
        if (!size.matches("[0-9a-fA-F]{1,7}")) {
            throw new MalformedMessage("chunk size " + size);
        }
        int length = Integer.parseInt(size, 16);
        if (length > 0) {
            body.writeBytes(exactly(length));
            if (!mustLine().isEmpty()) {
                throw new MalformedMessage("chunk data not followed by CRLF");
            }
        }
        return length;
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
