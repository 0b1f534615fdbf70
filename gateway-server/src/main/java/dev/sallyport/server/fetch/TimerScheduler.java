package dev.sallyport.server.fetch;

import dev.sallyport.core.port.Scheduler;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One daemon thread that runs short tasks when their time has come. */
public final class TimerScheduler implements Scheduler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TimerScheduler.class);

    private final ScheduledThreadPoolExecutor timer;

    public TimerScheduler() {
        timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timer").factory());
        // A cancelled refresh must not hold its key source until the delay is over.
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        ScheduledFuture<?> future = timer.schedule(() -> runGuarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        timer.shutdown();
    }

    private static void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException defect) {
            LOG.error("A scheduled task failed", defect);
        }
    }
}
