package dev.sallyport.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.server.http1.syntax.FramingViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** The chunked coding in arbitrary pieces, against a decoder made of regular expressions (RFC 9112 §7.1) and against Netty's own. */
final class ChunkedReaderFuzzTest {
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: next.example\r\n\r\n";
    private static final String LEFT = " left:";
    private static final Pattern SIZE_LINE = Pattern.compile(
            "([0-9A-Fa-f]{1,15})(?:;[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:=(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|\"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*\"))?)*\r\n");
    private static final Pattern TRAILERS = Pattern.compile("(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t -~\\x80-\\xff]*\r\n)*\r\n");

    @Property
    void contentIsTheSameHoweverItIsCut(@ForAll("codings") String coding, @ForAll("cuts") List<Integer> cuts) {
        Optional<String> expected = decode(coding);
        assertThat(read(coding, cuts)).isEqualTo(expected);
        Statistics.label("whole").collect(expected.isPresent());
    }

    /** Two readers that end a coding at different bytes take different requests from what follows it: we may refuse more, no more. */
    @Property
    void whatWeTakeNettyReadsTheSameWay(@ForAll("codings") String coding) {
        Optional<String> ours = read(coding + NEXT, List.of(coding.length() + NEXT.length())).map(ChunkedReaderFuzzTest::withNextRequest);
        Statistics.label("taken").collect(ours.isPresent());
        Statistics.label("taken").coverage(counted -> counted.check(true).percentage(share -> share > 10));
        ours.ifPresent(taken -> assertThat(netty(HEAD + coding + NEXT)).as(coding).isEqualTo(taken));
    }

    @Provide
    Arbitrary<String> codings() {
        Arbitrary<String> chunk = Arbitraries.strings().withCharRange('\0', '\u00ff').ofMinLength(1).ofMaxLength(20)
                .map(content -> Integer.toHexString(content.length()) + "\r\n" + content + "\r\n");
        Arbitrary<String> odd = Arbitraries.of(
                "3;x=y\r\nabc\r\n", "3;x=\"a;\\\"b\"\r\nabc\r\n", "03\r\nabc\r\n", "3\nabc\r\n", "3\r\nabcd\r\n", "3 \r\nabc\r\n", "0x3\r\nabc\r\n", "-1\r\n", "\r\n", "3\r\nab",
                "fffffffffffffffff\r\n", "3;x=\"\r\n\"\r\nabc\r\n", "3;\r\nabc\r\n", "3\r\nabc\n", "3\r\nabc\r", "g\r\n");
        Arbitrary<String> end = Arbitraries.of(
                "0\r\n\r\n", "0\r\n\r\n", "000;x\r\n\r\n", "0\r\nX-A: b\r\n\r\n", "0\r\nX-A: b\r\n c\r\n\r\n", "0\n\n", "0\r\n", "0\r\nbad\r\n\r\n", "", "0\r\n\r\nGET / HTTP/1.1\r\n");
        Arbitrary<String> chunks = Arbitraries.frequencyOf(Tuple.of(5, chunk), Tuple.of(1, odd))
                .list().ofMaxSize(5).map(all -> String.join("", all));
        return Combinators.combine(chunks, end).as((front, last) -> front + last);
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(1, 40).list().ofMinSize(1).ofMaxSize(20);
    }

    /** Content and what is left behind it; empty where the coding is broken or not yet whole. */
    private static Optional<String> decode(String coding) {
        StringBuilder content = new StringBuilder();
        int at = 0;
        while (true) {
            Matcher line = SIZE_LINE.matcher(coding).region(at, coding.length());
            if (!line.lookingAt()) {
                return Optional.empty();
            }
            long size = Long.parseLong(line.group(1), 16);
            if (size == 0) {
                Matcher trailers = TRAILERS.matcher(coding).region(line.end(), coding.length());
                return trailers.lookingAt() ? Optional.of(content + LEFT + coding.substring(trailers.end())) : Optional.empty();
            }
            if (size > coding.length() - line.end() - 2 || !coding.startsWith("\r\n", line.end() + (int) size)) {
                return Optional.empty();
            }
            content.append(coding, line.end(), line.end() + (int) size);
            at = line.end() + (int) size + 2;
        }
    }

    private static Optional<String> read(String coding, List<Integer> cuts) {
        ChunkedReader reader = new ChunkedReader();
        ByteBuf in = Unpooled.buffer();
        StringBuilder content = new StringBuilder();
        try {
            int at = 0;
            for (int piece = 0; at < coding.length(); piece++) {
                int end = Math.min(coding.length(), at + cuts.get(piece % cuts.size()));
                in.writeCharSequence(coding.substring(at, end), StandardCharsets.ISO_8859_1);
                at = end;
                drain(reader, in, content);
            }
            return reader.isComplete() ? Optional.of(content + LEFT + in.toString(StandardCharsets.ISO_8859_1)) : Optional.empty();
        } catch (FramingViolation _) {
            return Optional.empty();
        } finally {
            in.release();
        }
    }

    private static void drain(ChunkedReader reader, ByteBuf in, StringBuilder content) throws FramingViolation {
        for (Optional<ByteBuf> piece = reader.read(in); piece.isPresent(); piece = reader.read(in)) {
            content.append(piece.get().toString(StandardCharsets.ISO_8859_1));
            piece.get().release();
        }
    }

    /** What is left, read by our own reader as the next request. */
    private static String withNextRequest(String contentAndLeft) {
        int at = contentAndLeft.lastIndexOf(LEFT);
        ByteBuf in = Unpooled.copiedBuffer(contentAndLeft.substring(at + LEFT.length()), StandardCharsets.ISO_8859_1);
        try {
            Optional<ReceivedRequest> next = new RequestHeadReader(Wire.BOUNDS).read(in);
            return contentAndLeft.substring(0, at) + next.map(read -> " next:" + read.head().method() + " " + read.head().target().path()).orElse("");
        } catch (FramingViolation _) {
            return contentAndLeft.substring(0, at);
        } finally {
            in.release();
        }
    }

    /** The same of Netty's strict defaults; a chunk that it does not take is named, so that it equals nothing of ours. */
    private static String netty(String bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder());
        channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
        StringBuilder seen = new StringBuilder();
        int requests = 0;
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof HttpRequest request && request.decoderResult().isSuccess() && requests++ > 0) {
                seen.append(" next:").append(request.method().name()).append(' ').append(request.uri());
            }
            if (message instanceof HttpContent content) {
                seen.append(content.decoderResult().isSuccess() ? content.content().toString(StandardCharsets.ISO_8859_1) : " refused");
            }
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
        return seen.toString();
    }
}
