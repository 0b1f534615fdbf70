package dev.sallyport.tests.fault;

import dev.sallyport.tests.harness.MalformedMessage;
import dev.sallyport.tests.harness.RawClient;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A steady load of kept connections, half of what its clients could draw, whose every answer is written down. */
final class Load implements AutoCloseable {
    private static final int CLIENTS = 4;

    /** Before the next try of a client that found nobody. */
    private static final long PAUSE_NANOS = 10_000_000;

    /** What is asked, and the status that it deserves. */
    record Ask(String request, int deserved) {}

    /** What came of one request. */
    sealed interface Outcome {
        record Answered(Ask ask, int status) implements Outcome {}

        /** Refused, reset or cut short. */
        record Broken(Ask ask) implements Outcome {}

        /** No answer within the client's patience, which is longer than each time-out of the gateway. */
        record Hung(Ask ask) implements Outcome {}
    }

    private final List<Outcome> outcomes = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> clients = new ArrayList<>();

    Load(Supplier<RawClient> connect, List<Ask> asks) {
        for (int client = 0; client < CLIENTS; client++) {
            clients.add(Thread.ofPlatform().daemon().start(() -> run(connect, asks)));
        }
    }

    private void run(Supplier<RawClient> connect, List<Ask> asks) {
        Optional<RawClient> client = Optional.empty();
        for (int each = 0; !Thread.currentThread().isInterrupted(); each++) {
            Ask ask = asks.get(each % asks.size());
            long begun = System.nanoTime();
            try {
                RawClient connected = client.isPresent() ? client.get() : connect.get();
                client = Optional.of(connected);
                outcomes.add(new Outcome.Answered(ask, connected.exchange(ask.request()).status()));
                LockSupport.parkNanos(System.nanoTime() - begun); // as long as it took: half load
            } catch (UncheckedIOException e) {
                client.ifPresent(RawClient::close);
                client = Optional.empty();
                outcomes.add(outcomeOf(ask, e));
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        client.ifPresent(RawClient::close);
    }

    private static Outcome outcomeOf(Ask ask, UncheckedIOException e) {
        if (e.getCause() instanceof MalformedMessage) {
            throw e;
        }
        return e.getCause() instanceof SocketTimeoutException ? new Outcome.Hung(ask) : new Outcome.Broken(ask);
    }

    /** How many outcomes there are by now. */
    int size() {
        return outcomes.size();
    }

    List<Outcome> since(int from) {
        synchronized (outcomes) {
            return List.copyOf(outcomes.subList(from, outcomes.size()));
        }
    }

    boolean isAlive() {
        return clients.stream().allMatch(Thread::isAlive);
    }

    static boolean isDeserved(Outcome outcome) {
        return outcome instanceof Outcome.Answered(Ask ask, int status) && ask.deserved() == status;
    }

    @Override
    public void close() {
        clients.forEach(Thread::interrupt);
    }
}
