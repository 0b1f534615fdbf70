package dev.sallyport.server.reload;

import dev.sallyport.core.state.BufferBudget;
import dev.sallyport.core.state.InMemoryReplayStore;
import dev.sallyport.server.fetch.QueuedCpuWorker;
import java.util.Properties;

/**
 * What the whole process may hold, whatever its configuration says. Set once, as system properties, for they size what
 * outlives every configuration.
 *
 * @param maxBufferedBytes content of all requests together that waits for its signature to be checked
 * @param maxReplayEntries one-time uses remembered
 * @param maxQueuedVerifications signature checks that may wait for a thread
 */
public record ProcessBounds(int maxBufferedBytes, int maxReplayEntries, int maxQueuedVerifications) {
    /** @throws IllegalArgumentException for a value that is no positive number */
    public static ProcessBounds of(Properties properties) {
        return new ProcessBounds(
                bound(properties, "sallyport.maxBufferedBytes", BufferBudget.DEFAULT_MAX_BYTES),
                bound(properties, "sallyport.maxReplayEntries", InMemoryReplayStore.DEFAULT_CAPACITY),
                bound(properties, "sallyport.maxQueuedVerifications", QueuedCpuWorker.MAX_WAITING));
    }

    private static int bound(Properties properties, String name, int otherwise) {
        String text = properties.getProperty(name, Integer.toString(otherwise));
        try {
            int bound = Integer.parseInt(text);
            if (bound > 0) {
                return bound;
            }
        } catch (NumberFormatException noNumber) {
            throw new IllegalArgumentException(refusal(name, text), noNumber);
        }
        throw new IllegalArgumentException(refusal(name, text));
    }

    private static String refusal(String name, String text) {
        return "-D" + name + "=" + text + " is no whole number from 1 to " + Integer.MAX_VALUE;
    }
}
