package dev.sallyport.server.exchange.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameBoundaryTest {
    private static final int TEXT = 0x81;
    private static final int MASKED = 0x80;

    private final FrameBoundary boundary = new FrameBoundary();

    /** A frame with a length of the shortest form that fits. */
    private static ByteBuf frame(int maskBit, int payload) {
        ByteBuf frame = Unpooled.buffer().writeByte(TEXT);
        if (payload < 126) {
            frame.writeByte(maskBit | payload);
        } else if (payload < 1 << 16) {
            frame.writeByte(maskBit | 126).writeShort(payload);
        } else {
            frame.writeByte(maskBit | 127).writeLong(payload);
        }
        return frame.writeZero((maskBit == 0 ? 0 : 4) + payload);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 255, 256, 65_535, 65_536, 70_000})
    void frameEndsWhereItsLengthSaysWhateverItsFormAndTheWayItCameIn(int payload) {
        for (int maskBit : new int[] {0, MASKED}) {
            ByteBuf frame = frame(maskBit, payload);
            while (frame.readableBytes() > 1) {
                boundary.pass(frame.readSlice(Math.max(1, Math.min(frame.readableBytes() - 1, 7919))));
                assertThat(boundary.isReached()).isFalse();
            }
            boundary.pass(frame);
            assertThat(boundary.isReached()).isTrue();
            boundary.pass(frame(maskBit, payload));
            assertThat(boundary.isReached()).isTrue();
        }
    }

    @Test
    void headMayComeByteByByte() {
        ByteBuf frame = frame(MASKED, 300);
        while (frame.isReadable()) {
            assertThat(boundary.isReached()).isEqualTo(frame.readerIndex() == 0);
            boundary.pass(frame.readSlice(1));
        }
        assertThat(boundary.isReached()).isTrue();
    }

    @Test
    void restOfAFrameIsToldFromTheNext() {
        ByteBuf frames = Unpooled.wrappedBuffer(frame(0, 10), frame(0, 0), frame(0, 20));
        boundary.pass(frames.readSlice(5));
        assertThat(boundary.passToNext(frames)).isEqualTo(7);
        frames.skipBytes(7);
        assertThat(boundary.isReached()).isTrue();
        assertThat(boundary.passToNext(frames)).isEqualTo(2);
        frames.skipBytes(2);
        assertThat(boundary.passToNext(frames.readSlice(4))).isEqualTo(4);
        assertThat(boundary.isReached()).isFalse();
        assertThat(boundary.passToNext(frames)).isEqualTo(18);
    }

    @Test
    void bytesStayAsTheyAre() {
        ByteBuf frame = frame(0, 3);
        boundary.pass(frame);
        assertThat(frame.readableBytes()).isEqualTo(5);
    }

    @Test
    void lengthThatIsNoneIsTakenForOneThatIsNeverReached() {
        boundary.pass(Unpooled.buffer().writeByte(TEXT).writeByte(127).writeLong(-1).writeZero(1000));
        assertThat(boundary.isReached()).isFalse();
    }
}
