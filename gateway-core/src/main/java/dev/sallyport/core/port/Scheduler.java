package dev.sallyport.core.port;

import java.time.Duration;

/** Runs a task later, once. The task is short; it must not block. */
public interface Scheduler {

    Scheduled schedule(Duration delay, Runnable task);

    /** Handle on a task that was scheduled. */
    interface Scheduled {
        /** Harmless when the task already ran. */
        void cancel();
    }
}
