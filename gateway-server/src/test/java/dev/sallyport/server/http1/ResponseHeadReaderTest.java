package dev.sallyport.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.server.http1.syntax.FramingViolation;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResponseHeadReaderTest {
    record Case(String method, String bytes, String outcome) {
        @Override
        public String toString() {
            return outcome + " <- " + method + " " + bytes.replace("\r", "\\r").replace("\n", "\\n");
        }
    }

    private static Case get(String bytes, String outcome) {
        return new Case("GET", bytes, outcome);
    }

    static Stream<Case> cases() {
        return Stream.of(
                get("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "200 OK fixed keep"),
                get("HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n", "200  fixed keep"),
                get("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n", "200  fixed keep"),
                get("HTTP/1.1 200 Very fine \u00e9\r\nContent-Length: 2\r\n\r\n", "200 Very fine \u00e9 fixed keep"),
                get("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "200 OK chunked keep"),
                get("HTTP/1.1 200 OK\r\n\r\n", "200 OK untilclose keep"),
                get("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", "200 OK fixed close"),
                get("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n", "200 OK fixed close"),
                get("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "204 No Content absent keep"),
                get("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "304 Not Modified absent keep"),
                get("HTTP/1.1 100 Continue\r\n\r\n", "100 Continue absent keep"),
                get("HTTP/1.1 599 X\r\nContent-Length: 0\r\n\r\n", "599 X fixed keep"),
                new Case("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "200 OK absent keep"),
                new Case("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "200 OK absent keep"),
                get("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", "framing_ambiguous"),
                get("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n", "framing_ambiguous"),
                get("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "framing_ambiguous"),
                get("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "transfer_coding_unsupported"),
                get("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "content_length_invalid"),
                new Case("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "content_length_invalid"),
                get("HTTP/1.1 200 OK\r\nX : y\r\n\r\n", "header_malformed"),
                get("HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n", "header_malformed"),
                get("HTTP/1.1 200 OK\nX: y\r\n\r\n", "line_ending_invalid"),
                get("HTTP/1.1 200 O\rK\r\n\r\n", "line_ending_invalid"),
                get("HTTP/1.1 200 O\0K\r\n\r\n", "header_malformed"),
                get("HTTP/2 200 OK\r\n\r\n", "upstream_malformed"),
                get("HTTP/1.1 99 X\r\n\r\n", "upstream_malformed"),
                get("HTTP/1.1 099 X\r\n\r\n", "upstream_malformed"),
                get("HTTP/1.1 600 X\r\n\r\n", "upstream_malformed"),
                get("HTTP/1.1 2000 X\r\n\r\n", "upstream_malformed"),
                get("HTTP/1.1  200 X\r\n\r\n", "upstream_malformed"),
                get("HTTP/1.1 20x X\r\n\r\n", "upstream_malformed"),
                get("HTTP/1.1\r\n\r\n", "upstream_malformed"),
                get("hello\r\n\r\n", "upstream_malformed"),
                get("\r\n", "upstream_malformed"),
                get("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(13) + "\r\n", "headers_too_large"),
                get("HTTP/1.1 200 OK\r\nX: " + "y".repeat(1100), "headers_too_large"),
                get("HTTP/1.1 200 OK\r\n", "incomplete"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsOneAnswerOrSaysWhyNot(Case each) {
        assertThat(Wire.outcomeOf(each.bytes(), () -> new Reader(new ResponseHeadReader(Wire.BOUNDS), each.method())))
                .isEqualTo(each.outcome());
    }

    private record Reader(ResponseHeadReader reader, String method) implements Wire.Reading {
        @Override
        public Optional<String> read(ByteBuf in) throws FramingViolation {
            return reader.read(in, method).map(head -> String.join(" ",
                    Integer.toString(head.status()), head.reason(),
                    head.framing().getClass().getSimpleName().toLowerCase(Locale.ROOT),
                    head.persistence().name().toLowerCase(Locale.ROOT)));
        }
    }
}
