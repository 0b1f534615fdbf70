package dev.sallyport.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LineSinkTest {
    private final AtomicInteger dropped = new AtomicInteger();
    /** Never started: nothing is written, as behind a reader that stopped. */
    private final LineSink stuck = new LineSink("stuck", OutputStream::nullOutputStream, dropped::incrementAndGet);

    @Test
    void waitingLinesAreBoundedByTheirNumber() {
        for (int line = 0; line < LineSink.MAX_WAITING + 3; line++) {
            stuck.offer(_ -> {}, 1);
        }
        assertThat(dropped).hasValue(3);
    }

    @Test
    void waitingLinesAreBoundedByWhatTheyHold() {
        stuck.offer(_ -> {}, LineSink.MAX_HELD_BYTES - 1);
        stuck.offer(_ -> {}, 2);
        assertThat(dropped).hasValue(1);
        stuck.offer(_ -> {}, 1);
        assertThat(dropped).hasValue(1);
    }
}
