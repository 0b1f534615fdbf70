package dev.sallyport.server.http2;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.ResponseField;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/** A field block on its way to a client: names in lower case (RFC 9113 §8.2), values checked once more. */
public final class AnswerBlock {
    private static final int FIELDS = 16;

    private final Http2Headers headers = new DefaultHttp2Headers(true, true, FIELDS);

    /** A head. */
    public static AnswerBlock ofStatus(int status) {
        AnswerBlock block = new AnswerBlock();
        block.headers.status(Integer.toString(status));
        return block;
    }

    /** Trailers. */
    public static AnswerBlock ofTrailers(HeaderFields trailers, BitSet dropped) {
        return new AnswerBlock().fields(trailers, dropped);
    }

    public AnswerBlock fields(HeaderFields received, BitSet dropped) {
        for (int index = dropped.nextClearBit(0); index < received.size(); index = dropped.nextClearBit(index + 1)) {
            field(received.name(index), received.value(index));
        }
        return this;
    }

    public AnswerBlock fields(List<ResponseField> added) {
        added.forEach(field -> field(field.name(), field.value()));
        return this;
    }

    public AnswerBlock field(String name, String value) {
        headers.add(new AsciiString(name.toLowerCase(Locale.ROOT)), new AsciiString(value.getBytes(StandardCharsets.ISO_8859_1), false));
        return this;
    }

    public Http2Headers headers() {
        return headers;
    }
}
