package dev.sallyport.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.server.http1.syntax.FramingViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChunkedReaderTest {
    private static final String BAD = "chunk_malformed";

    record Case(String bytes, String outcome) {
        @Override
        public String toString() {
            String shown = bytes.length() > 80 ? bytes.substring(0, 80) + "…" : bytes;
            return outcome + " <- " + shown.replace("\r", "\\r").replace("\n", "\\n");
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("0\r\n\r\n", "[] left:"),
                new Case("3\r\nabc\r\n0\r\n\r\n", "[abc] left:"),
                new Case("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "[abcde] left:"),
                new Case("00000003\r\nabc\r\n000\r\n\r\n", "[abc] left:"),
                new Case("A\r\n0123456789\r\n0\r\n\r\n", "[0123456789] left:"),
                new Case("a;x\r\n0123456789\r\n0;y=z\r\n\r\n", "[0123456789] left:"),
                new Case("1;x=\"a b;\\\"c\"\r\na\r\n0\r\n\r\n", "[a] left:"),
                new Case("0\r\nX-Trailer: v\r\n\r\n", "[] X-Trailer left:"),
                new Case("1\r\na\r\n0\r\n", "incomplete"),
                new Case("5\r\nabc", "incomplete"),
                new Case("3\nabc\r\n0\r\n\r\n", BAD),
                new Case("33\nabc\r\n0\r\n\r\n", BAD),
                new Case("3\r\nabc\n0\r\n\r\n", BAD),
                new Case("3\r\nabcd\r\n0\r\n\r\n", BAD),
                new Case("3\r\nabc0\r\n\r\n", BAD),
                new Case("3\r\nab\r\n0\r\n\r\n", BAD),
                new Case("0x3\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("+3\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("-3\r\nabc\r\n0\r\n\r\n", BAD),
                new Case(" 3\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("3 \r\nabc\r\n0\r\n\r\n", BAD),
                new Case("3\t\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("3 ;x\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("3_0\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("\r\n3\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("g\r\n", BAD),
                new Case(";x\r\n", BAD),
                new Case("3\r\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("3;\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("3;x=\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("3;=x\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("3;x\ny\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("3;x\ry\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("3;x=\"a\r\nabc\"\r\n0\r\n\r\n", BAD),
                new Case("3;x=\"a\"b\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("3;x=\"\0\"\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("1000000000000000\r\n", BAD),
                new Case("ffffffffffffffff\r\n", BAD),
                new Case("3;" + "x".repeat(600) + "\r\nabc\r\n0\r\n\r\n", BAD),
                new Case("1;" + "x".repeat(600), BAD),
                new Case(("1;" + "x".repeat(400) + "\r\na\r\n").repeat(50) + "0\r\n\r\n", BAD),
                new Case("0\r\nX : v\r\n\r\n", BAD),
                new Case("0\r\n X: v\r\n\r\n", BAD),
                new Case("0\r\nX: v\n\r\n", BAD),
                new Case("0\r\nX: v\r\n\n", BAD),
                new Case("0\r\nX\r\n\r\n", BAD),
                new Case("0\r\n" + "X: y\r\n".repeat(33) + "\r\n", BAD),
                new Case("0\r\nX: " + "y".repeat(9000), BAD));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsTheContentOrRefusesIt(Case each) {
        if (each.bytes().length() > 2000) {
            assertThat(feedAtOnce(each)).isEqualTo(each.outcome());
        } else {
            assertThat(Wire.outcomeOf(each.bytes(), Content::new)).isEqualTo(each.outcome());
        }
    }

    @Test
    void whatFollowsTheContentIsLeftAlone() {
        assertThat(feedAtOnce(new Case("1\r\na\r\n0\r\n\r\nGET /", ""))).isEqualTo("[a] left:GET /");
    }

    private static String feedAtOnce(Case each) {
        ByteBuf in = Unpooled.copiedBuffer(each.bytes(), StandardCharsets.ISO_8859_1);
        try {
            return new Content().read(in).orElse("incomplete");
        } catch (FramingViolation violation) {
            return violation.reason().label();
        } finally {
            in.release();
        }
    }

    private static final class Content implements Wire.Reading {
        private final ChunkedReader reader = new ChunkedReader();
        private final StringBuilder content = new StringBuilder();

        @Override
        public Optional<String> read(ByteBuf in) throws FramingViolation {
            Optional<ByteBuf> piece = reader.read(in);
            while (piece.isPresent()) {
                content.append(piece.get().toString(StandardCharsets.ISO_8859_1));
                piece.get().release();
                piece = reader.read(in);
            }
            if (!reader.isComplete()) {
                return Optional.empty();
            }
            String trailers = reader.trailers().size() == 0 ? "" : reader.trailers().name(0) + " ";
            return Optional.of("[" + content + "] " + trailers + "left:" + in.toString(StandardCharsets.ISO_8859_1));
        }
    }
}
