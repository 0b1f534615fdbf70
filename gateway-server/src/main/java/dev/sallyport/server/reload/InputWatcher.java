package dev.sallyport.server.reload;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every input file again and again. Polling sees what notifications miss: network volumes, links that are
 * swapped, files that did not exist.
 */
final class InputWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InputWatcher.class);
    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final Duration SETTLING = Duration.ofMillis(40);

    /** A file that never comes to rest (a log, by mistake) is taken as it is. */
    private static final int MAX_SETTLINGS = 25;

    private final DigestedFiles files;
    private final Runnable onChange;
    private final Thread thread;

    InputWatcher(DigestedFiles files, Runnable onChange) {
        this.files = files;
        this.onChange = onChange;
        this.thread = Thread.ofPlatform().daemon().name("reload").unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(PERIOD);
                look();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        try {
            if (files.isChanged()) {
                settle();
                onChange.run();
            }
        } catch (RuntimeException defect) {
            LOG.error("A change of the configuration could not be taken up; the former serves on", defect);
        }
    }

    /** Several files usually change together; a half-written set would be refused for nothing. */
    private void settle() throws InterruptedException {
        Map<Path, String> standing = files.standing();
        for (int round = 0; round < MAX_SETTLINGS; round++) {
            Thread.sleep(SETTLING);
            Map<Path, String> now = files.standing();
            if (now.equals(standing)) {
                return;
            }
            standing = now;
        }
    }
}
