package dev.sallyport.tests.harness;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ServerSocketFactory;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;

/**
 * An HTTP/1.1 server on plain sockets that keeps every byte it receives and answers by script. It reads as strictly as it can:
 * whatever the gateway sends that is not exactly one well-formed request after another is kept as a violation.
 */
public final class RecordingUpstream implements AutoCloseable {

    /** What is answered to the requests of one path. */
    @FunctionalInterface
    public interface Script {
        void answer(Call call) throws IOException;
    }

    private final ServerSocket server;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<ByteArrayOutputStream> transcripts = new CopyOnWriteArrayList<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();

    private RecordingUpstream(ServerSocket server) {
        this.server = server;
        Thread.ofVirtual().start(this::acceptAll);
    }

    public static RecordingUpstream start() {
        return start(0);
    }

    public static RecordingUpstream start(int port) {
        return start(port, ServerSocketFactory.getDefault(), _ -> {});
    }

    /** Speaks TLS with this identity; what is recorded is what comes out of it, so nothing before a whole handshake. */
    public static RecordingUpstream startTls(SSLContext identity) {
        return startTls(identity, _ -> {});
    }

    /** @param terms which versions, whether the client's certificate is asked for */
    public static RecordingUpstream startTls(SSLContext identity, Consumer<SSLServerSocket> terms) {
        return start(0, identity.getServerSocketFactory(), socket -> terms.accept((SSLServerSocket) socket));
    }

    private static RecordingUpstream start(int port, ServerSocketFactory sockets, Consumer<ServerSocket> terms) {
        try {
            ServerSocket server = sockets.createServerSocket();
            terms.accept(server);
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return new RecordingUpstream(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Answers requests for this path, query aside, by this script. */
    public void on(String path, Script script) {
        scripts.put(path, script);
    }

    public void on(String path, String answer) {
        on(path, call -> {
            call.content();
            call.write(answer);
        });
    }

    /** Those recorded since the last {@link #forget}. */
    public List<Received> received() {
        return List.copyOf(received);
    }

    /** Those with this path, query aside. */
    public List<Received> received(String path) {
        return received.stream().filter(one -> one.path().equals(path)).toList();
    }

    /** The only one with this path. */
    public Received only(String path) {
        List<Received> found = received(path);
        if (found.size() != 1) {
            throw new AssertionError("expected one request for " + path + ", received " + found);
        }
        return found.getFirst();
    }

    public Received awaitOne(String path) {
        Awaitility.await().atMost(Duration.ofSeconds(8)).pollInterval(Duration.ofMillis(5)).until(() -> !received(path).isEmpty());
        return only(path);
    }

    public List<String> violations() {
        return List.copyOf(violations);
    }

    /** Every byte of every connection, one after the other. */
    public String transcript() {
        StringBuilder text = new StringBuilder();
        for (ByteArrayOutputStream transcript : transcripts) {
            text.append(transcript.toString(StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    /** Connections accepted so far. */
    public int connections() {
        return connections.get();
    }

    /** Connections open now. */
    public long openConnections() {
        return open.stream().filter(socket -> !socket.isClosed()).count();
    }

    public void forget() {
        received.clear();
        transcripts.forEach(ByteArrayOutputStream::reset); // not removed: pooled connections go on being written down
        violations.clear();
    }

    /** Closes every connection, as a server does whose idle time is shorter than its client's. */
    public void closeConnections() {
        for (Socket socket : open) {
            closeQuietly(socket);
        }
        open.clear();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        closeConnections();
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                int number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket, number));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket, int number) {
        ByteArrayOutputStream transcript = new ByteArrayOutputStream();
        transcripts.add(transcript);
        try (socket) {
            socket.setTcpNoDelay(true);
            StrictReader reader = new StrictReader(new Tee(new BufferedInputStream(socket.getInputStream()), transcript));
            while (serveOne(socket, reader, number)) {
                // one request after the other
            }
        } catch (MalformedMessage e) {
            violations.add(e.getMessage());
        } catch (IOException e) {
            // the gateway went away, or a script closed: not the upstream's business
        } finally {
            open.remove(socket);
        }
    }

    private boolean serveOne(Socket socket, StrictReader reader, int number) throws IOException {
        Optional<String> line = reader.line();
        if (line.isEmpty()) {
            return false;
        }
        String[] parts = line.orElseThrow().split(" ", -1);
        if (parts.length != 3 || !parts[0].matches("[!-~]+") || !parts[1].matches("[!-~]+") || !parts[2].equals("HTTP/1.1")) {
            throw new MalformedMessage("request line: " + line);
        }
        List<Field> fields = reader.fields();
        if (Field.values(fields, "Host").size() != 1) {
            throw new MalformedMessage("not one Host: " + fields);
        }
        Call call = new Call(socket, reader, new Received(number, parts[0], parts[1], fields, new byte[0], List.of()));
        Script script = scripts.getOrDefault(call.head().path(), Call::answerOk);
        script.answer(call);
        call.content();
        return !call.closed;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // gone either way
        }
    }

    /** One request under way: its head is read, its content not yet. */
    public final class Call {
        private final Socket socket;
        private final StrictReader reader;
        private final Received head;
        private Optional<Received> whole = Optional.empty();
        private boolean closed;

        private Call(Socket socket, StrictReader reader, Received head) {
            this.socket = socket;
            this.reader = reader;
            this.head = head;
        }

        public Received head() {
            return head;
        }

        /** Of a connection that speaks TLS. */
        public ExtendedSSLSession session() {
            return (ExtendedSSLSession) ((SSLSocket) socket).getSession();
        }

        /** Reads the content, once, and records the request. */
        public Received content() throws IOException {
            if (whole.isEmpty() && !closed) {
                StrictReader.Framing framing = StrictReader.Framing.of(head.fields());
                byte[] content = framing.chunked() ? reader.chunks() : reader.exactly(framing.length().orElse(0L));
                List<Field> trailers = framing.chunked() ? reader.fields() : List.of();
                Received request = new Received(head.connection(), head.method(), head.target(), head.fields(), content, trailers);
                received.add(request);
                whole = Optional.of(request);
            }
            return whole.orElse(head);
        }

        public void write(String text) throws IOException {
            write(StrictReader.latin1(text));
        }

        public void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        /** Reads this many bytes of the content and counts nothing; for scripts that read slowly. */
        public byte[] readBytes(int length) throws IOException {
            return reader.exactly(length);
        }

        /** Bytes that came behind what was read. */
        public int available() throws IOException {
            return reader.available();
        }

        /** Keeps the request although its content was read by hand or never came. */
        public void record() {
            received.add(head);
            whole = Optional.of(head);
        }

        public void answerOk() throws IOException {
            content();
            write(ok("ok"));
        }

        public void closeConnection() throws IOException {
            closed = true;
            socket.close();
        }

        public void reset() throws IOException {
            closed = true;
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    /** A plain 200 with this content and these further field lines. */
    public static String ok(String content, String... fields) {
        List<String> lines = new ArrayList<>(List.of("HTTP/1.1 200 OK", "Content-Type: text/plain", "Content-Length: " + content.length()));
        lines.addAll(List.of(fields));
        return Requests.lines(lines.toArray(String[]::new)) + content;
    }

    private static final class Tee extends FilterInputStream {
        private final ByteArrayOutputStream copy;

        private Tee(InputStream in, ByteArrayOutputStream copy) {
            super(in);
            this.copy = copy;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            if (next >= 0) {
                copy.write(next);
            }
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count > 0) {
                copy.write(bytes, offset, count);
            }
            return count;
        }
    }
}
