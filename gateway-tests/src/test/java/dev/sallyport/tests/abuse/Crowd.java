package dev.sallyport.tests.abuse;

import dev.sallyport.tests.harness.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Many connections of one behaviour. */
record Crowd(List<RawClient> clients) implements AutoCloseable {
    static Crowd of(int size, Supplier<RawClient> connect) {
        List<RawClient> clients = new ArrayList<>(size);
        for (int each = 0; each < size; each++) {
            clients.add(connect.get());
        }
        return new Crowd(clients);
    }

    Crowd each(Consumer<RawClient> act) {
        clients.forEach(act);
        return this;
    }

    /** How many of them the gateway closed. */
    long closed() {
        return clients.stream().filter(RawClient::closedByPeer).count();
    }

    @Override
    public void close() {
        clients.forEach(RawClient::close);
    }
}
