package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listening socket that hands its accepted connections to the test. */
final class TestTarget implements AutoCloseable {
    private static final int ACCEPT_SECONDS = 10;
    private static final int READ_MILLIS = 10_000;

    private final ServerSocket listening;
    private final LinkedBlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();

    TestTarget() {
        this("127.0.0.1");
    }

    TestTarget(String address) {
        try {
            listening = new ServerSocket(0, 50, InetAddress.ofLiteral(address));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                socket.setSoTimeout(READ_MILLIS);
                accepted.add(socket);
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    Target target() {
        return target("127.0.0.1");
    }

    Target target(String host) {
        return new Target(host, listening.getLocalPort());
    }

    Socket next() throws InterruptedException {
        Socket socket = accepted.poll(ACCEPT_SECONDS, TimeUnit.SECONDS);
        if (socket == null) {
            throw new AssertionError("nobody connected");
        }
        return socket;
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : accepted) {
                socket.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
