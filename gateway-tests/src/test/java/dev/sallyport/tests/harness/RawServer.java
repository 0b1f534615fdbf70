package dev.sallyport.tests.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that is none: meets whoever connects in a way of its own, and keeps every byte that comes. */
public final class RawServer implements AutoCloseable {

    /** What it does after the first bytes of a connection. */
    @FunctionalInterface
    public interface Behaviour {
        void meet(Socket socket) throws IOException;
    }

    private final ServerSocket server;
    private final Behaviour behaviour;
    private final List<ByteArrayOutputStream> heard = new CopyOnWriteArrayList<>();

    private RawServer(ServerSocket server, Behaviour behaviour) {
        this.server = server;
        this.behaviour = behaviour;
        Thread.ofVirtual().start(this::acceptAll);
    }

    public static RawServer start(Behaviour behaviour) {
        try {
            return new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), behaviour);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says this, and hears on. */
    public static RawServer saying(byte[] bytes) {
        return start(socket -> {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        });
    }

    public int port() {
        return server.getLocalPort();
    }

    /** What each connection sent. */
    public List<byte[]> heard() {
        return heard.stream().map(ByteArrayOutputStream::toByteArray).toList();
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> meet(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void meet(Socket socket) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        heard.add(bytes);
        try (socket) {
            InputStream in = socket.getInputStream();
            byte[] piece = new byte[1 << 14];
            int count = in.read(piece);
            if (count > 0) {
                bytes.write(piece, 0, count);
                behaviour.meet(socket);
            }
            for (count = in.read(piece); count > 0; count = in.read(piece)) {
                bytes.write(piece, 0, count);
            }
        } catch (IOException e) {
            // the other end, or the behaviour, closed
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
