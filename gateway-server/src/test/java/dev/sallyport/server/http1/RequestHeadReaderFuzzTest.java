package dev.sallyport.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.server.http1.syntax.FramingViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** Heads in arbitrary pieces, and beside Netty's own reader: we may refuse more, and never read anything otherwise. */
final class RequestHeadReaderFuzzTest {
    private static final HeadBounds BOUNDS = new HeadBounds(2048, 20);
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: next.example\r\n\r\n";

    /** What two readers must agree on. {@code chunked} and {@code length} say where the next message begins. */
    private record Seen(String method, String target, List<Map.Entry<String, String>> fields, boolean chunked, long length) {}

    @Property
    void headIsTheSameHoweverItIsCut(@ForAll("heads") String head, @ForAll("cuts") List<Integer> cuts) {
        assertThat(read(head, cuts)).isEqualTo(read(head, List.of(head.length() + 1)));
    }

    @Property
    void whatWeTakeNettyReadsTheSameWay(@ForAll("heads") String head) {
        List<Seen> ours = ours(head + NEXT);
        Statistics.label("taken").collect(!ours.isEmpty());
        Statistics.label("taken").coverage(counted -> counted.check(true).percentage(share -> share > 10));
        if (!ours.isEmpty()) {
            List<Seen> netty = netty(head + NEXT);
            assertThat(netty).as(head).startsWith(ours.toArray(Seen[]::new));
        }
    }

    /** Any bytes at all end in a request, a refusal or a wait for more. */
    @Property
    void bytesNeverBreakTheReader(@ForAll("bytes") String bytes, @ForAll("cuts") List<Integer> cuts) {
        assertThat(read(bytes, cuts)).isNotEmpty();
    }

    @Provide
    Arbitrary<String> heads() {
        Arbitrary<String> ends = Arbitraries.frequencyOf(Tuple.of(30, Arbitraries.just("\r\n")), Tuple.of(1, Arbitraries.of("\n", "\r", "\r\r\n", "\n\r", " \r\n", "\0\r\n")));
        Arbitrary<String> line = Combinators.combine(
                usually("GET", "POST", "PUT", "get", "M-SEARCH", "CONNECT", "TRACE", "G(T", "G\u00e9T", ""), usually(" ", "  ", "\t", ""),
                usually("/a", "/", "*", "/a?b=c&d", "/%41", "/a/../b", "http://a.example/x", "http://b.example/", "a", "/a b", "/\u00e9", "/a#b", "//", ""), usually(" ", "  ", "\t", ""),
                usually("HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "http/1.1", "HTTP/1.10", "HTTP/1.", "HTTP/0.9", ""), ends)
                .as((method, first, target, second, version, end) -> method + first + target + second + version + end);
        Arbitrary<String> field = Combinators.combine(
                usually("X-A", "x-a", "Content-Length", "content-length", "Transfer-Encoding", "transfer-encoding", "Host", "Connection", "Expect", "X A", "X\u00e9", "X\0", "X\t", " X", "!#$%&'*+-.^_`|~", ""),
                usually(": ", ":", ":\t", " : ", ":  ", " ", "::"),
                usually("1", "0", "01", "+1", "-1", "0x1", "1, 1", "5", "chunked", "Chunked", "identity", "gzip, chunked", "chunked, chunked", "\u000bchunked", "a.example", "b.example", "close", "keep-alive",
                        "100-continue", "", "a\tb", "a \u00e9", "a\0b", "\u007f", "\"q\"", " x "), ends)
                .as((name, colon, value, end) -> name + colon + value + end);
        Arbitrary<String> host = Arbitraries.frequencyOf(Tuple.of(9, Arbitraries.just("Host: a.example\r\n")), Tuple.of(1, Arbitraries.just("")));
        Arbitrary<String> lead = Arbitraries.frequencyOf(Tuple.of(15, Arbitraries.just("")), Tuple.of(1, Arbitraries.of("\r\n", "\n", "\r\n\r\n", " ", "\0")));
        return Combinators.combine(lead, line, host, field.list().ofMaxSize(4), ends)
                .as((front, first, second, fields, end) -> front + first + second + String.join("", fields) + end);
    }

    /** The first of them mostly, so that what is made is not always broken. */
    private static Arbitrary<String> usually(String first, String... others) {
        return Arbitraries.frequencyOf(Tuple.of(15, Arbitraries.just(first)), Tuple.of(2, Arbitraries.of(others)));
    }

    @Provide
    Arbitrary<String> bytes() {
        Arbitrary<String> any = Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(200);
        return Combinators.combine(heads(), any, Arbitraries.integers().between(0, 200))
                .as((head, garbage, at) -> head.substring(0, Math.min(at, head.length())) + garbage + head.substring(Math.min(at, head.length())));
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(1, 40).list().ofMinSize(1).ofMaxSize(20);
    }

    /** What was read and what is left behind it, the reason for a refusal, or that more is needed. */
    private static String read(String bytes, List<Integer> cuts) {
        RequestHeadReader reader = new RequestHeadReader(BOUNDS);
        ByteBuf in = Unpooled.buffer();
        try {
            int at = 0;
            for (int piece = 0; at < bytes.length(); piece++) {
                int end = Math.min(bytes.length(), at + cuts.get(piece % cuts.size()));
                in.writeCharSequence(bytes.substring(at, end), StandardCharsets.ISO_8859_1);
                at = end;
                Optional<ReceivedRequest> read = reader.read(in);
                if (read.isPresent()) {
                    return seen(read.get().head()) + " left:" + in.toString(StandardCharsets.ISO_8859_1) + bytes.substring(at);
                }
            }
            return "incomplete";
        } catch (FramingViolation violation) {
            return violation.reason().label();
        } finally {
            in.release();
        }
    }

    /** The first request, and the next where the first has no content; empty for what is refused. */
    private static List<Seen> ours(String bytes) {
        RequestHeadReader reader = new RequestHeadReader(BOUNDS);
        ByteBuf in = Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1);
        List<Seen> all = new ArrayList<>();
        try {
            Optional<ReceivedRequest> read = reader.read(in);
            while (read.isPresent()) {
                all.add(seen(read.get().head()));
                read = read.get().head().bodyLength().isEmpty() ? reader.read(in) : Optional.empty();
            }
        } catch (FramingViolation _) {
            // Those before it were read.
        } finally {
            in.release();
        }
        return all;
    }

    private static Seen seen(RequestHead head) {
        HeaderFields fields = head.fields();
        List<Map.Entry<String, String>> entries = new ArrayList<>();
        for (int index = 0; index < fields.size(); index++) {
            entries.add(Map.entry(fields.name(index), fields.value(index)));
        }
        long length = head.bodyLength() instanceof BodyLength.Fixed(long bytes) ? bytes : 0;
        return new Seen(head.method(), head.target().path(), entries, head.bodyLength() instanceof BodyLength.Chunked, length);
    }

    private static List<Seen> netty(String bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder());
        channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
        List<Seen> all = new ArrayList<>();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
                all.add(seen(request));
            }
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
        return all;
    }

    private static Seen seen(HttpRequest request) {
        List<Map.Entry<String, String>> entries = request.headers().entries().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue())).collect(Collectors.toList());
        boolean chunked = HttpUtil.isTransferEncodingChunked(request);
        return new Seen(request.method().name(), pathOf(request.uri()), entries, chunked, chunked ? 0 : HttpUtil.getContentLength(request, 0L));
    }

    /** What both readers have in common of a target: the path of the few that are made here, canonical. */
    private static String pathOf(String target) {
        return switch (target) {
            case "/%41" -> "/A";
            case "/a/../b" -> "/b";
            case "http://a.example/x" -> "/x";
            case "http://b.example/", "//" -> "/";
            case "/a?b=c&d" -> "/a";
            default -> target;
        };
    }
}
