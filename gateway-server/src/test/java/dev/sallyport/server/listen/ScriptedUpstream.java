package dev.sallyport.server.listen;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An upstream that says exactly what a test tells it to. */
final class ScriptedUpstream implements AutoCloseable {
    /** What it does with one connection; requests are read by {@link Exchange#head} and {@link Exchange#read}. */
    interface Script {
        void serve(Exchange exchange) throws IOException;
    }

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Script script;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final Thread acceptor;

    ScriptedUpstream(Script script) throws IOException {
        this.script = script;
        this.acceptor = Thread.ofPlatform().daemon().start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.serve(new Exchange(socket.getInputStream(), socket.getOutputStream(), heads));
        } catch (IOException gone) {
            // The gateway hung up; what it received is in the list.
        }
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    /** Whoever connects from now on is refused; open connections stay. */
    void refuse() throws IOException {
        server.close();
        try {
            // The kernel goes on listening until the thread that waits in accept has woken.
            acceptor.join();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Heads of requests in the order of arrival. */
    List<String> heads() {
        return heads;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    record Exchange(InputStream in, OutputStream out, List<String> heads) {
        /** The next head, or null at the end of the connection. */
        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int letter = in.read();
                if (letter < 0) {
                    throw new IOException("no more requests");
                }
                head.append((char) letter);
            }
            heads.add(head.toString());
            return head.toString();
        }

        String read(int bytes) throws IOException {
            return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
        }

        void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
    }

    /** Answers every request of a connection alike. */
    static Script always(String answer) {
        return exchange -> {
            while (true) {
                exchange.head();
                exchange.write(answer);
            }
        };
    }
}
