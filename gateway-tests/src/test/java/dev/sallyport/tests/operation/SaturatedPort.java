package dev.sallyport.tests.operation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A port whose queue of connections is full and never emptied: on Linux, further connects wait until they time out. */
final class SaturatedPort implements AutoCloseable {
    private final ServerSocket server;
    private final List<Socket> fillers = new ArrayList<>();

    private SaturatedPort(ServerSocket server) {
        this.server = server;
    }

    static SaturatedPort open() {
        try {
            SaturatedPort port = new SaturatedPort(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            port.fill();
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    private void fill() {
        for (int i = 0; i < 8; i++) {
            try {
                Socket socket = new Socket();
                fillers.add(socket);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), 150);
            } catch (IOException e) {
                return; // full
            }
        }
    }

    @Override
    public void close() {
        try {
            for (Socket socket : fillers) {
                socket.close();
            }
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
