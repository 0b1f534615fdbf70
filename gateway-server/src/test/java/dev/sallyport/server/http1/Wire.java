package dev.sallyport.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.server.http1.syntax.FramingViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** Feeds readers with bytes, whole and cut in two at every place. */
final class Wire {
    static final HeadBounds BOUNDS = new HeadBounds(1024, 12);

    private Wire() {}

    /** A reader of whatever the test is about; it describes what it read. */
    interface Reading {
        Optional<String> read(ByteBuf in) throws FramingViolation;
    }

    /** What came of it: a description, a reason in lower case, or {@code incomplete}; the same wherever the bytes are cut. */
    static String outcomeOf(String bytes, Supplier<Reading> reader) {
        String whole = feed(bytes, bytes.length(), reader.get());
        for (int cut = 1; cut < bytes.length(); cut++) {
            assertThat(feed(bytes, cut, reader.get())).as("cut at %d", cut).isEqualTo(whole);
        }
        return whole;
    }

    private static String feed(String bytes, int cut, Reading reading) {
        ByteBuf in = UnpooledByteBufAllocator.DEFAULT.buffer();
        try {
            in.writeCharSequence(bytes.substring(0, cut), StandardCharsets.ISO_8859_1);
            Optional<String> first = reading.read(in);
            in.writeCharSequence(bytes.substring(cut), StandardCharsets.ISO_8859_1);
            return first.isPresent() ? first.get() : reading.read(in).orElse("incomplete");
        } catch (FramingViolation violation) {
            return violation.reason().label();
        } finally {
            in.release();
        }
    }

    static String reason(RejectReason reason) {
        return reason.label();
    }
}
