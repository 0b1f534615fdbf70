package dev.sallyport.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.server.http1.HeadBounds;
import dev.sallyport.server.http1.syntax.FramingViolation;
import dev.sallyport.server.http2.RequestBlockReader.Content;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocks as the library would hand them on if it looked at nothing: what is no request is found here as well. */
class RequestBlockReaderTest {
    private final RequestBlockReader reader = new RequestBlockReader(new HeadBounds(1000, 10));

    private static Http2Headers block(String... namesAndValues) {
        Http2Headers block = new DefaultHttp2Headers(false);
        for (int at = 0; at < namesAndValues.length; at += 2) {
            block.add(namesAndValues[at], namesAndValues[at + 1]);
        }
        return block;
    }

    private static Http2Headers get(String... more) {
        Http2Headers block = block(":method", "GET", ":scheme", "https", ":authority", "A.example:8443", ":path", "/a?b=%7e");
        block.add(block(more));
        return block;
    }

    /** What the head is, or why there is none. */
    private String read(Http2Headers block, Content content) {
        try {
            RequestHead head = reader.read(block, content);
            return head.method() + " " + head.target().path() + " " + head.host() + " " + head.fields() + " " + head.bodyLength();
        } catch (MalformedMessage malformed) {
            return "malformed: " + malformed.detail();
        } catch (FramingViolation violation) {
            return violation.reason().name().toLowerCase(Locale.ROOT);
        }
    }

    @Test
    void requestIsReadAsHttp1WouldSpellIt() throws Exception {
        RequestHead head = reader.read(get("cookie", "a=1", "x", "1", "cookie", "b=2", "te", "trailers"), Content.ABSENT);
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.host()).isEqualTo("a.example");
        assertThat(head.authority()).isEqualTo("A.example:8443");
        assertThat(head.target().raw()).isEqualTo("/a?b=%7e");
        assertThat(head.fields().all("cookie")).containsExactly("a=1; b=2");
        assertThat(head.fields().all("x")).containsExactly("1");
        assertThat(head.bodyLength()).isEqualTo(BodyLength.NONE);
        assertThat(reader.read(get(), Content.FOLLOWS).bodyLength()).isEqualTo(BodyLength.CHUNKED);
        assertThat(reader.read(get("content-length", "3"), Content.FOLLOWS).bodyLength()).isEqualTo(new BodyLength.Fixed(3));
    }

    @Test
    void hostStandsInForTheAuthorityAndMayNotContradictIt() {
        assertThat(read(block(":method", "GET", ":scheme", "http", ":path", "/", "host", "b.example"), Content.ABSENT)).startsWith("GET / b.example");
        assertThat(read(get("host", "a.EXAMPLE:8443"), Content.ABSENT)).startsWith("GET /a a.example");
        assertThat(read(get("host", "b.example"), Content.ABSENT)).startsWith("malformed: Host and :authority");
        assertThat(read(block(":method", "GET", ":scheme", "http", ":path", "/", "host", "b", "host", "b"), Content.ABSENT)).startsWith("malformed: Host is repeated");
        assertThat(read(block(":method", "GET", ":scheme", "http", ":path", "/"), Content.ABSENT)).isEqualTo("host_invalid");
    }

    @ParameterizedTest
    @CsvSource({"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade", "te"})
    void fieldsOfAConnectionAreMalformed(String name) {
        assertThat(read(get(name, "close"), Content.ABSENT)).isEqualTo("malformed: `" + name + "`, which is of a connection");
    }

    @ParameterizedTest
    @CsvSource({"X-Upper", "'x y'", "x:y", "''", "'x\u00e4'"})
    void namesAreTokensInLowerCase(String name) {
        assertThat(read(get(name, "1"), Content.ABSENT)).startsWith("malformed: ");
    }

    @Test
    void valuesHoldNoLineEndAndNoSpaceAround() {
        for (String value : new String[] {"1\r\nx: 2", "1\n", "1\0", " 1", "1\t", "\u0100"}) {
            assertThat(read(get("x", value), Content.ABSENT)).startsWith("malformed: ");
        }
        assertThat(read(get("x", "a\tb"), Content.ABSENT)).startsWith("GET");
    }

    @Test
    void pseudoFieldsComeOnceAndAreThoseOfRequests() {
        assertThat(read(get(":path", "/b"), Content.ABSENT)).startsWith("malformed: ");
        assertThat(read(get(":status", "200"), Content.ABSENT)).startsWith("malformed: ");
        assertThat(read(block(":scheme", "http", ":authority", "a", ":path", "/"), Content.ABSENT)).startsWith("malformed: ");
        assertThat(read(block(":method", "G T", ":scheme", "http", ":authority", "a", ":path", "/"), Content.ABSENT)).startsWith("malformed: ");
        assertThat(read(block(":method", "GET", ":authority", "a", ":path", "/"), Content.ABSENT)).startsWith("malformed: ");
        assertThat(read(block(":method", "GET", ":scheme", "ftp", ":authority", "a", ":path", "/"), Content.ABSENT)).startsWith("malformed: ");
        assertThat(read(block(":method", "GET", ":scheme", "http", ":authority", "a"), Content.ABSENT)).startsWith("malformed: ");
        assertThat(read(block(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "http://b/"), Content.ABSENT)).startsWith("malformed: ");
        assertThat(read(block(":method", "OPTIONS", ":scheme", "http", ":authority", "a", ":path", "*"), Content.ABSENT)).startsWith("OPTIONS *");
        assertThat(read(block(":method", "CONNECT", ":scheme", "http", ":authority", "a", ":path", "/"), Content.ABSENT)).isEqualTo("method_unsupported");
    }

    @Test
    void lengthIsOneNumberAndHasItsContent() {
        assertThat(read(get("content-length", "3"), Content.ABSENT)).startsWith("malformed: Content-Length without content");
        assertThat(read(get("content-length", "+3"), Content.FOLLOWS)).isEqualTo("content_length_invalid");
        assertThat(read(get("content-length", "3", "content-length", "3"), Content.FOLLOWS)).isEqualTo("framing_ambiguous");
        assertThat(read(get("expect", "a miracle"), Content.FOLLOWS)).isEqualTo("expectation_unsupported");
    }

    @Test
    void fieldsAreCountedAsHttp1WouldSpellThem() {
        assertThat(read(get("x", "y".repeat(1000)), Content.ABSENT)).isEqualTo("headers_too_large");
        assertThat(read(get("a", "", "b", "", "c", "", "d", "", "e", "", "f", "", "g", "", "h", "", "i", "", "j", ""), Content.ABSENT)).startsWith("GET");
        assertThat(read(get("a", "", "b", "", "c", "", "d", "", "e", "", "f", "", "g", "", "h", "", "i", "", "j", "", "k", ""), Content.ABSENT)).isEqualTo("headers_too_large");
        String[] crumbs = new String[22];
        for (int at = 0; at < crumbs.length; at += 2) {
            crumbs[at] = "cookie";
            crumbs[at + 1] = "a";
        }
        assertThat(read(get(crumbs), Content.ABSENT))
                .isEqualTo("headers_too_large");
    }

    @Test
    void trailersHaveNoPseudoFields() throws Exception {
        assertThat(reader.readTrailers(block("x-sum", "1")).all("x-sum")).containsExactly("1");
        for (String name : new String[] {":path", ":status"}) {
            try {
                reader.readTrailers(block(name, "/"));
                throw new AssertionError(name + " was taken");
            } catch (MalformedMessage malformed) {
                assertThat(malformed.detail()).isNotEmpty();
            }
        }
    }
}
