package dev.sallyport.server.cli;

import dev.sallyport.server.admin.AdminListener;
import dev.sallyport.server.cli.failure.CommandFailure;
import dev.sallyport.server.reload.Gateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gateway with its admin port, from start to SIGTERM. */
final class ServingGateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServingGateway.class);
    private static final String FAST_CRYPTOGRAPHY = "AmazonCorrettoCryptoProvider";

    private final Gateway gateway;
    private final AdminListener admin;

    private ServingGateway(Gateway gateway, AdminListener admin) {
        this.gateway = gateway;
        this.admin = admin;
    }

    static ServingGateway start(Path config, Map<String, String> environment, PrintWriter out) {
        preferFastCryptography();
        BiConsumer<String, InetSocketAddress> announce = (listener, address) -> Announcement.print(out, listener, address);
        try {
            Gateway gateway = Gateway.start(config, environment, announce);
            try {
                return new ServingGateway(gateway, AdminListener.start(gateway, announce));
            } catch (IOException failure) {
                gateway.close();
                throw CommandFailure.atRunTime(String.valueOf(failure.getMessage()));
            }
        } catch (Gateway.CannotStart refused) {
            throw failure(refused);
        }
    }

    InetSocketAddress address(String listener) {
        InetSocketAddress address = gateway.addresses().get(listener);
        if (address == null) {
            throw new IllegalArgumentException(listener);
        }
        return address;
    }

    /** Returns never: SIGTERM or SIGINT drains and ends the process with status 0. */
    void serve(AutoCloseable... afterwards) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            close();
            for (AutoCloseable each : afterwards) {
                closeOrSay(each);
            }
            // A drained gateway ended well, whatever signal asked for it.
            Runtime.getRuntime().halt(0);
        }, "stop"));
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** The admin port last: it says that we drain. */
    @Override
    public void close() {
        gateway.close();
        admin.close();
    }

    private static void closeOrSay(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception failure) {
            LOG.warn("Not closed well: {}", failure.toString());
        }
    }

    private static CommandFailure failure(Gateway.CannotStart refused) {
        return refused.problems().isEmpty()
                ? CommandFailure.atRunTime(String.valueOf(refused.getMessage()))
                : CommandFailure.inWhatWasGiven(refused.problems().stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(System.lineSeparator(), refused.getMessage() + System.lineSeparator(), "")));
    }

    /** Where its native library loads; the JDK's own serve otherwise. */
    private static void preferFastCryptography() {
        try {
            for (Provider provider : ServiceLoader.load(Provider.class)) {
                if (provider.getName().equals(FAST_CRYPTOGRAPHY)) {
                    Security.insertProviderAt(provider, 1);
                }
            }
        } catch (ServiceConfigurationError | LinkageError unusable) {
            LOG.info("The JDK's cryptography serves: {}", String.valueOf(unusable.getMessage()));
        }
    }
}
