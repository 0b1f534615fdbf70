package dev.sallyport.server.admin;

import dev.sallyport.core.gateway.AdminPlan;
import dev.sallyport.server.reload.Gateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the admin port where the configuration in force wants it. */
public final class AdminListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminListener.class);
    private static final String NAME = "admin";

    private final Gateway gateway;
    private final BiConsumer<String, InetSocketAddress> onListening;
    private Optional<InetSocketAddress> wanted = Optional.empty();
    private Optional<AdminPort.Bound> bound = Optional.empty();

    private AdminListener(Gateway gateway, BiConsumer<String, InetSocketAddress> onListening) {
        this.gateway = gateway;
        this.onListening = onListening;
    }

    /** @param onListening told of the address, under the name {@code admin}, whenever it is bound */
    public static AdminListener start(Gateway gateway, BiConsumer<String, InetSocketAddress> onListening) throws IOException {
        AdminListener listener = new AdminListener(gateway, onListening);
        listener.follow();
        gateway.onSwap(listener::followOrSay);
        return listener;
    }

    @Override
    public synchronized void close() {
        bound.ifPresent(AdminPort.Bound::close);
        bound = Optional.empty();
    }

    private void followOrSay() {
        try {
            follow();
        } catch (IOException failure) {
            LOG.error("The former admin port serves on: {}", failure.getMessage());
        }
    }

    private synchronized void follow() throws IOException {
        Optional<InetSocketAddress> now = gateway.runtime().snapshot().admin().map(AdminPlan::bind);
        if (now.equals(wanted)) {
            return;
        }
        Optional<AdminPort.Bound> former = bound;
        if (now.isPresent()) {
            AdminPort.Bound fresh = AdminPort.bind(now.get(), new AdminAnswers(gateway));
            bound = Optional.of(fresh);
            onListening.accept(NAME, fresh.address());
        } else {
            bound = Optional.empty();
        }
        wanted = now;
        former.ifPresent(AdminPort.Bound::close);
    }
}
