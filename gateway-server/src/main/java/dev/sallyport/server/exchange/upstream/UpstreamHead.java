package dev.sallyport.server.exchange.upstream;

import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream.HostPolicy;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http1.HeadWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.BitSet;

/** The head of a request on its way up. */
public final class UpstreamHead {
    private static final int HEAD_BYTES = 1024;

    private UpstreamHead() {}

    public static ByteBuf write(
            ByteBufAllocator alloc,
            RequestHead head,
            Decision.Forward forward,
            HostPolicy host,
            Target target,
            ContentFraming framing) {
        ByteBuf out = alloc.ioBuffer(HEAD_BYTES);
        try {
            return new HeadWriter(out)
                    .requestLine(head.method(), forward.path(), head.target().query())
                    .field("Host", hostFor(host, head, target))
                    .fields(head.fields(), withoutExpect(head.fields(), forward.headers().dropped()))
                    .fields(forward.headers().added())
                    .framing(framing)
                    .end();
        } catch (RuntimeException defect) {
            out.release();
            throw defect;
        }
    }

    /** What was read whole, because it had to be checked, has a length whatever it came with. */
    public static ContentFraming framingOf(RequestView request) {
        return request.body().isPresent() && !request.head().bodyLength().isEmpty()
                ? new ContentFraming.Fixed(request.body().get().length)
                : ContentFraming.of(request.head().bodyLength());
    }

    private static String hostFor(HostPolicy policy, RequestHead head, Target target) {
        return switch (policy) {
            case HostPolicy.Preserve() -> head.authority().isEmpty() ? target.label() : head.authority();
            case HostPolicy.OfTarget() -> target.label();
            case HostPolicy.Named(String name) -> name;
        };
    }

    /** The expectation was met by us; an upstream that waits for content to be asked for would wait for ever. */
    private static BitSet withoutExpect(HeaderFields fields, BitSet dropped) {
        int expect = fields.indexOf("expect", 0);
        if (expect < 0) {
            return dropped;
        }
        BitSet longer = (BitSet) dropped.clone();
        longer.set(expect);
        return longer;
    }
}
