package dev.sallyport.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineSinkTest {
    private static final Path FULL = Path.of("/dev/full");

    private final AtomicInteger dropped = new AtomicInteger();
    /** Never started: nothing is written, as behind a reader that stopped. */
    private final LineSink stuck = new LineSink("stuck", OutputStream::nullOutputStream, dropped::incrementAndGet);

    @Test
    void whereTheTargetChangesTheNextLineGoesToTheNewOne() throws InterruptedException {
        Rotated rotated = new Rotated();
        try (LineSink sink = new LineSink("rotated", rotated, dropped::incrementAndGet).started()) {
            sink.offer(json -> json.writeNumber(1), 1);
            rotated.written.acquire();
            sink.offer(json -> json.writeNumber(2), 1);
            rotated.written.acquire();
            rotated.target = "new";
            sink.offer(json -> json.writeNumber(3), 1);
            rotated.written.acquire();
        }
        assertThat(rotated.streams).extracting(ByteArrayOutputStream::toString).containsExactly("1\n2\n", "3\n");
        assertThat(dropped).hasValue(0);
    }

    @Test
    void aFileThatWasMovedAwayIsAnotherTarget(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("access.jsonl");
        LineSink.LogFile file = new LineSink.LogFile(path);
        file.open().close();
        Object before = file.target();
        assertThat(file.target()).isEqualTo(before);
        Files.move(path, folder.resolve("access.jsonl.1"));
        assertThat(file.target()).isNotEqualTo(before);
        file.open().close();
        assertThat(file.target()).isNotEqualTo(before);
    }

    private static final class Rotated implements LineSink.Destination {
        private final List<ByteArrayOutputStream> streams = new CopyOnWriteArrayList<>();
        private final Semaphore written = new Semaphore(0);
        private volatile Object target = "old";

        @Override
        public OutputStream open() {
            ByteArrayOutputStream stream = new ByteArrayOutputStream() {
                @Override
                public void write(byte[] bytes) {
                    super.writeBytes(bytes);
                    written.release();
                }
            };
            streams.add(stream);
            return stream;
        }

        @Override
        public Object target() {
            return target;
        }
    }

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

    @Test
    void lineThatThrowsIsTheOnlyOneLost() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LineSink sink = new LineSink("captured", () -> bytes, dropped::incrementAndGet);
        sink.offer(json -> json.writeNumber(1), 1);
        sink.offer(json -> {
            json.writeStartObject();
            throw new IllegalStateException("a defect");
        }, 1);
        sink.offer(json -> json.writeNumber(2), 1);
        sink.offer(json -> {
            throw new IOException("what the generator does not take");
        }, 1);
        sink.offer(json -> {
            throw new StackOverflowError();
        }, 1);
        sink.offer(json -> json.writeNumber(3), 1);
        sink.started().close();
        assertThat(bytes).hasToString("1\n2\n3\n");
        assertThat(dropped).hasValue(3);
    }

    @Test
    void linesForAFullDiskAreCountedAndTheWriterLivesOn() throws InterruptedException {
        Assumptions.assumeTrue(Files.exists(FULL), "only Linux has a disk that is always full");
        Semaphore lost = new Semaphore(0);
        try (LineSink sink = LineSink.ofFile(FULL, lost::release)) {
            for (int round = 0; round < 3; round++) {
                sink.offer(json -> json.writeNumber(1), 1);
                sink.offer(json -> json.writeNumber(2), 1);
                lost.acquire(2);
            }
        }
        assertThat(lost.availablePermits()).isZero();
    }
}
