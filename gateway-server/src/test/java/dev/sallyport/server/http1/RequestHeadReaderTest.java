package dev.sallyport.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.server.http1.syntax.FramingViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case is also read with its bytes cut in two at every place. */
class RequestHeadReaderTest {
    private static final String HOST = "Host: a.example\r\n";

    record Case(String bytes, String outcome) {
        @Override
        public String toString() {
            return outcome + " <- " + bytes.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t").replace("\0", "\\0");
        }
    }

    private static Case line(String requestLine, String outcome) {
        return new Case(requestLine + "\r\n" + HOST + "\r\n", outcome);
    }

    private static Case fields(String fields, String outcome) {
        return new Case("POST /p HTTP/1.1\r\n" + HOST + fields + "\r\n", outcome);
    }

    private static Case host(String fields, String outcome) {
        return new Case("GET / HTTP/1.1\r\n" + fields + "\r\n", outcome);
    }

    static Stream<Case> requestLines() {
        return Stream.of(
                line("GET / HTTP/1.1", "GET / a.example none keep"),
                line("GET / HTTP/1.0", "GET / a.example none close"),
                line("HEAD /x?y=1 HTTP/1.1", "HEAD /x a.example none keep"),
                line("PROPFIND /x HTTP/1.1", "PROPFIND /x a.example none keep"),
                line("OPTIONS * HTTP/1.1", "OPTIONS * a.example none keep"),
                line("GET http://a.example/x HTTP/1.1", "GET /x a.example none keep"),
                line("GET http://A.EXAMPLE/x HTTP/1.1", "GET /x a.example none keep"),
                new Case("\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n", "GET / a.example none keep"),
                new Case("\r\n\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n", "request_line_malformed"),
                new Case("\nGET / HTTP/1.1\r\n" + HOST + "\r\n", "line_ending_invalid"),
                new Case("\rGET / HTTP/1.1\r\n" + HOST + "\r\n", "line_ending_invalid"),
                new Case("\0GET / HTTP/1.1\r\n" + HOST + "\r\n", "request_line_malformed"),
                new Case(" GET / HTTP/1.1\r\n" + HOST + "\r\n", "request_line_malformed"),
                new Case("\u0016\u0003\u0001\u0002", "request_line_malformed"),
                line("GET", "request_line_malformed"),
                line("GET ", "request_line_malformed"),
                line("GET /", "request_line_malformed"),
                line("GET / ", "request_line_malformed"),
                line("GET  / HTTP/1.1", "request_line_malformed"),
                line("GET /  HTTP/1.1", "request_line_malformed"),
                line("GET / HTTP/1.1 ", "request_line_malformed"),
                line("GET\t/ HTTP/1.1", "request_line_malformed"),
                line("GET /\tHTTP/1.1", "request_line_malformed"),
                line("GET / x HTTP/1.1", "request_line_malformed"),
                line("GET / HTTP/1.2", "request_line_malformed"),
                line("GET / HTTP/2.0", "request_line_malformed"),
                line("GET / HTTP/0.9", "request_line_malformed"),
                line("GET / HTTP/1.10", "request_line_malformed"),
                line("GET / HTTP/1.", "request_line_malformed"),
                line("GET / HTTP/1", "request_line_malformed"),
                line("GET / http/1.1", "request_line_malformed"),
                line("GET / HTTPS/1.1", "request_line_malformed"),
                line("G(T / HTTP/1.1", "request_line_malformed"),
                line("G\u00e9T / HTTP/1.1", "request_line_malformed"),
                new Case("GET / HTTP/1.1\n" + HOST + "\r\n", "line_ending_invalid"),
                new Case("GET / HTTP/1.1\r\r\n" + HOST + "\r\n", "line_ending_invalid"),
                new Case("GET /\r HTTP/1.1\r\n" + HOST + "\r\n", "line_ending_invalid"),
                line("CONNECT a.example:443 HTTP/1.1", "method_unsupported"),
                line("TRACE / HTTP/1.1", "method_unsupported"),
                line("GET x HTTP/1.1", "target_malformed"),
                line("GET * HTTP/1.1", "target_malformed"),
                line("GET /%zz HTTP/1.1", "target_malformed"),
                line("GET /a\u00e9 HTTP/1.1", "target_malformed"),
                line("GET /a\u0001 HTTP/1.1", "target_malformed"),
                line("GET /a#b HTTP/1.1", "target_malformed"),
                line("GET ftp://a.example/ HTTP/1.1", "target_malformed"),
                line("GET /../x HTTP/1.1", "path_ambiguous"),
                line("GET /a\\b HTTP/1.1", "path_ambiguous"),
                line("GET /" + "a".repeat(1100) + " HTTP/1.1", "target_too_long"),
                new Case("GET /" + "a".repeat(1100), "target_too_long"),
                new Case("GET / HTTP/1.1\r\n" + HOST, "incomplete"),
                new Case("GE", "incomplete"),
                new Case("\r", "incomplete"));
    }

    static Stream<Case> hosts() {
        return Stream.of(
                host("Host: a.example\r\n", "GET / a.example none keep"),
                host("host:A.Example:8443\r\n", "GET / a.example none keep"),
                host("Host: a.example.\r\n", "GET / a.example none keep"),
                host("Host: 127.0.0.1:80\r\n", "GET / 127.0.0.1 none keep"),
                host("Host: 127.0.0.1:65535\r\n", "GET / 127.0.0.1 none keep"),
                host("Host: [::1]:80\r\n", "GET / [::1] none keep"),
                host("Host: under_score\r\n", "GET / under_score none keep"),
                host("Host: \t a.example \t\r\n", "GET / a.example none keep"),
                host("", "host_invalid"),
                host("Host:\r\n", "host_invalid"),
                host("Host: a.example\r\nHost: a.example\r\n", "host_invalid"),
                host("Host: a.example\r\nhOST: b.example\r\n", "host_invalid"),
                host("Host: a.example, b.example\r\n", "host_invalid"),
                host("Host: a.example b.example\r\n", "host_invalid"),
                host("Host: user@a.example\r\n", "host_invalid"),
                host("Host: a.example/x\r\n", "host_invalid"),
                host("Host: a.example:\r\n", "host_invalid"),
                host("Host: a.example:http\r\n", "host_invalid"),
                host("Host: a.example:123456\r\n", "host_invalid"),
                host("Host: a.example:65536\r\n", "host_invalid"),
                host("Host: a.example:80:80\r\n", "host_invalid"),
                host("Host: .example\r\n", "host_invalid"),
                host("Host: a..example\r\n", "host_invalid"),
                host("Host: .\r\n", "host_invalid"),
                host("Host: [::1\r\n", "host_invalid"),
                host("Host: [x]\r\n", "host_invalid"),
                host("Host: a%41.example\r\n", "host_invalid"),
                host("Host: " + "a".repeat(300) + "\r\n", "host_invalid"),
                line("GET http://b.example/ HTTP/1.1", "host_invalid"),
                line("GET http://a.example:81/ HTTP/1.1", "host_invalid"),
                line("GET http://a.example@b.example/ HTTP/1.1", "target_malformed"),
                new Case("GET / HTTP/1.0\r\n\r\n", "GET /  none close"),
                new Case("GET http://a.example/ HTTP/1.0\r\n\r\n", "GET / a.example none close"));
    }

    static Stream<Case> fieldLines() {
        return Stream.of(
                fields("X: y\r\n", "POST /p a.example none keep"),
                fields("X:\r\n", "POST /p a.example none keep"),
                fields("X: a\tb \u00e9\r\n", "POST /p a.example none keep"),
                fields("!#$%&'*+-.^_`|~: y\r\n", "POST /p a.example none keep"),
                fields("X : y\r\n", "header_malformed"),
                fields("X\t: y\r\n", "header_malformed"),
                fields(" X: y\r\n", "header_malformed"),
                fields("\tX: y\r\n", "header_malformed"),
                fields("X: y\r\n z\r\n", "header_malformed"),
                fields(": y\r\n", "header_malformed"),
                fields("X\r\n", "header_malformed"),
                fields("X y\r\n", "header_malformed"),
                fields("X(: y\r\n", "header_malformed"),
                fields("X\u00e9: y\r\n", "header_malformed"),
                fields("X\0: y\r\n", "header_malformed"),
                fields("X: a\0b\r\n", "header_malformed"),
                fields("X: a\u0001b\r\n", "header_malformed"),
                fields("X: a\u007fb\r\n", "header_malformed"),
                fields("X: a\u000bb\r\n", "header_malformed"),
                fields("X: a\rb\r\n", "line_ending_invalid"),
                fields("X: a\r\r\n", "line_ending_invalid"),
                fields("X: a\nY: b\r\n", "line_ending_invalid"),
                fields("X\rY: b\r\n", "line_ending_invalid"),
                fields("X: y\n", "line_ending_invalid"),
                fields("X: y\r\n".repeat(11), "POST /p a.example none keep"),
                fields("X: y\r\n".repeat(12), "headers_too_large"),
                fields("X: " + "y".repeat(1100) + "\r\n", "headers_too_large"),
                new Case("GET / HTTP/1.1\r\nX: " + "y".repeat(1100), "headers_too_large"),
                fields("Connection: close\r\n", "POST /p a.example none close"),
                fields("Connection: x, Close ,y\r\n", "POST /p a.example none close"),
                fields("Connection: keep-alive\r\nConnection: close\r\n", "POST /p a.example none close"),
                fields("Connection: closed\r\n", "POST /p a.example none keep"),
                fields("Expect: 100-continue\r\n", "POST /p a.example none keep"),
                fields("Expect: 100-Continue\r\n", "POST /p a.example none keep"),
                fields("Expect: 200-ok\r\n", "expectation_unsupported"),
                fields("Expect:\r\n", "expectation_unsupported"),
                fields("Expect: 100-continue\r\nExpect: x\r\n", "expectation_unsupported"));
    }

    static Stream<Case> framing() {
        return Stream.of(
                fields("Content-Length: 0\r\n", "POST /p a.example 0 keep"),
                fields("Content-Length: 42\r\n", "POST /p a.example 42 keep"),
                fields("Content-Length: 042\r\n", "POST /p a.example 42 keep"),
                fields("Content-Length: 999999999999999999\r\n", "POST /p a.example 999999999999999999 keep"),
                fields("Content-Length: 9999999999999999999\r\n", "content_length_invalid"),
                fields("Content-Length:\r\n", "content_length_invalid"),
                fields("Content-Length: +1\r\n", "content_length_invalid"),
                fields("Content-Length: -1\r\n", "content_length_invalid"),
                fields("Content-Length: 0x1\r\n", "content_length_invalid"),
                fields("Content-Length: 1 1\r\n", "content_length_invalid"),
                fields("Content-Length: 1,1\r\n", "content_length_invalid"),
                fields("Content-Length: 1.0\r\n", "content_length_invalid"),
                fields("Content-Length: \u00b2\r\n", "content_length_invalid"),
                fields("Content-Length: 1\r\nContent-Length: 1\r\n", "framing_ambiguous"),
                fields("Content-Length: 1\r\nCONTENT-LENGTH: 2\r\n", "framing_ambiguous"),
                fields("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "framing_ambiguous"),
                fields("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", "framing_ambiguous"),
                fields("Transfer-Encoding: chunked\r\nContent-Length: x\r\n", "framing_ambiguous"),
                fields("Transfer-Encoding: chunked\r\n", "POST /p a.example chunked keep"),
                fields("transfer-encoding: Chunked\r\n", "POST /p a.example chunked keep"),
                fields("Transfer-Encoding : chunked\r\n", "header_malformed"),
                fields("Transfer-Encoding: \u000bchunked\r\n", "header_malformed"),
                fields("Transfer-Encoding: identity\r\n", "transfer_coding_unsupported"),
                fields("Transfer-Encoding: gzip\r\n", "transfer_coding_unsupported"),
                fields("Transfer-Encoding: gzip, chunked\r\n", "transfer_coding_unsupported"),
                fields("Transfer-Encoding: chunked, gzip\r\n", "transfer_coding_unsupported"),
                fields("Transfer-Encoding: chunked, chunked\r\n", "transfer_coding_unsupported"),
                fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "transfer_coding_unsupported"),
                fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "transfer_coding_unsupported"),
                fields("Transfer-Encoding:\r\n", "transfer_coding_unsupported"),
                fields("Transfer-Encoding: chunked;q=1\r\n", "transfer_coding_unsupported"),
                fields("Transfer-Encoding: \"chunked\"\r\n", "transfer_coding_unsupported"),
                fields("Transfer-Encoding: chunk\r\n", "transfer_coding_unsupported"),
                fields("Transfer-Encoding: ,chunked\r\n", "transfer_coding_unsupported"),
                fields("Transfer-Encoding: chunked,\r\n", "transfer_coding_unsupported"),
                new Case("POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n", "framing_ambiguous"),
                new Case("POST / HTTP/1.0\r\n" + HOST + "Content-Length: 3\r\n\r\n", "POST / a.example 3 close"));
    }

    @ParameterizedTest
    @MethodSource({"requestLines", "hosts", "fieldLines", "framing"})
    void readsOneRequestOrSaysWhyNot(Case each) {
        assertThat(Wire.outcomeOf(each.bytes(), () -> new Reader(new RequestHeadReader(Wire.BOUNDS)))).isEqualTo(each.outcome());
    }

    private record Reader(RequestHeadReader reader) implements Wire.Reading {
        @Override
        public Optional<String> read(ByteBuf in) throws FramingViolation {
            return reader.read(in).map(RequestHeadReaderTest::describe);
        }
    }

    private static String describe(ReceivedRequest request) {
        RequestHead head = request.head();
        String length = switch (head.bodyLength()) {
            case BodyLength.None() -> "none";
            case BodyLength.Fixed(long bytes) -> Long.toString(bytes);
            case BodyLength.Chunked() -> "chunked";
        };
        return String.join(" ", head.method(), head.target().path(), head.host(), length,
                request.persistence().name().toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void whatFollowsTheHeadIsLeftForTheNextReader() throws FramingViolation {
        ByteBuf in = Unpooled.copiedBuffer("GET /1 HTTP/1.1\r\n" + HOST + "\r\nGET /2 HTTP/1.1\r\n" + HOST + "\r\nGET", StandardCharsets.US_ASCII);
        RequestHeadReader reader = new RequestHeadReader(Wire.BOUNDS);
        assertThat(List.of(describe(reader.read(in).orElseThrow()), describe(reader.read(in).orElseThrow())))
                .containsExactly("GET /1 a.example none keep", "GET /2 a.example none keep");
        assertThat(reader.read(in)).isEmpty();
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("GET");
        in.release();
    }

    @Test
    void fieldsKeepOrderAndSpelling() throws FramingViolation {
        ByteBuf in = Unpooled.copiedBuffer("GET / HTTP/1.1\r\nhOsT: a\r\nX-b:  1 \t\r\nX-B: 2\r\n\r\n", StandardCharsets.US_ASCII);
        RequestHead head = new RequestHeadReader(Wire.BOUNDS).read(in).orElseThrow().head();
        assertThat(head.fields().name(1)).isEqualTo("X-b");
        assertThat(head.fields().all("x-b")).containsExactly("1", "2");
        in.release();
    }
}
