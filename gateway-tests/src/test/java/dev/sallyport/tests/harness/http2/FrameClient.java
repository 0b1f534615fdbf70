package dev.sallyport.tests.harness.http2;

import dev.sallyport.tests.harness.Field;
import dev.sallyport.tests.harness.Reply;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** One HTTP/2 connection to the gateway, on which any frame may be sent. */
public final class FrameClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 8_000;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int HEADER_TABLE_SIZE = 1;
    private static final int INITIAL_WINDOW_SIZE = 4;

    private final Socket socket;
    private final DataInputStream in;
    private int lastStream = -1;

    private FrameClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** With prior knowledge. */
    public static FrameClient plain(int port) {
        return plain(port, 65_535);
    }

    /** @param window how much of each answer it takes before it is asked for more */
    public static FrameClient plain(int port, int window) {
        return silent(port).begin(window);
    }

    /** With these bytes, such as a PROXY header, before the preface. */
    public static FrameClient behind(byte[] header, int port) {
        FrameClient client = silent(port);
        client.sendBytes(header);
        return client.begin(65_535);
    }

    private FrameClient begin(int window) {
        sendBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
        send(Frame.setting(HEADER_TABLE_SIZE, 0));
        return send(Frame.setting(INITIAL_WINDOW_SIZE, window));
    }

    /** That has said nothing yet. */
    public static FrameClient silent(int port) {
        try {
            return new FrameClient(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public FrameClient send(Frame frame) {
        sendBytes(frame.bytes());
        return this;
    }

    /** What the other end no longer takes is left unsent: the answer tells why. */
    public void sendBytes(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException closed) {
            // the gateway has given this connection up
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The head of a request, whole in one frame; a stream of its own. */
    public int request(int flags, String... fields) {
        lastStream += 2;
        send(new Frame(Frame.HEADERS, Frame.END_HEADERS | flags, lastStream, FieldBlock.of(fields)));
        return lastStream;
    }

    public int get(String path, String... more) {
        return request(Frame.END_STREAM, fields("GET", path, more));
    }

    /** Of which the content is still to be sent. */
    public int post(String path, String... more) {
        return request(0, fields("POST", path, more));
    }

    public static String[] fields(String method, String path, String... more) {
        List<String> fields = new ArrayList<>(List.of(":method", method, ":scheme", "http", ":authority", "a.example", ":path", path));
        fields.addAll(List.of(more));
        return fields.toArray(String[]::new);
    }

    /** The next frame that is of interest to a test; empty when the gateway closed. */
    public Optional<Frame> next() {
        try {
            while (true) {
                Frame frame = Frame.read(in);
                if (frame.is(Frame.SETTINGS) && !frame.has(Frame.ACK)) {
                    send(new Frame(Frame.SETTINGS, Frame.ACK, 0, new byte[0]));
                } else if (!frame.is(Frame.SETTINGS) && !frame.is(Frame.WINDOW_UPDATE)) {
                    return Optional.of(frame);
                }
            }
        } catch (EOFException | SocketException closed) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first frame that is so, or nothing where the connection ended before it. */
    public Optional<Frame> await(Predicate<Frame> wanted) {
        Optional<Frame> frame = next();
        while (frame.isPresent() && !wanted.test(frame.get())) {
            frame = next();
        }
        return frame;
    }

    /** The whole answer on that stream; what comes on others meanwhile is thrown away. */
    public Reply answer(int stream) {
        List<Field> fields = List.of();
        List<Field> trailers = List.of();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (true) {
            Frame frame = await(candidate -> candidate.stream() == stream || candidate.is(Frame.GOAWAY))
                    .orElseThrow(() -> new AssertionError("closed before an answer"));
            switch (frame.type()) {
                case Frame.HEADERS -> {
                    List<Field> section = FieldBlock.read(frame.payload());
                    boolean isInterim = section.getFirst().value().startsWith("1");
                    if (fields.isEmpty()) {
                        fields = isInterim ? fields : section;
                    } else {
                        trailers = section;
                    }
                }
                case Frame.DATA -> content.writeBytes(frame.payload());
                default -> throw new AssertionError(frame + ", error " + frame.error());
            }
            if (frame.has(Frame.END_STREAM)) {
                return new Reply(Integer.parseInt(fields.getFirst().value()), "", fields.subList(1, fields.size()), content.toByteArray(), trailers);
            }
        }
    }

    /** Nothing more is sent. */
    public void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What comes until the end, frames or not. */
    public String rest() {
        try {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
