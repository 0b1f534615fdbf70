package dev.sallyport.tests.harness.websocket;

import dev.sallyport.tests.harness.Field;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** The JDK's WebSocket client, whose frames are not ours; what it is told is kept in order. */
public final class WebSocketClient implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    private final HttpClient http;
    private final Ears ears = new Ears();
    private final WebSocket socket;

    /** What the client was told. */
    public sealed interface Told {
        record Text(String text) implements Told {}

        record Binary(int length, int hash) implements Told {}

        record Pong(String payload) implements Told {}

        record Closed(int code, String reason) implements Told {}

        record Failed() implements Told {}

        static Told binary(byte[] bytes) {
            return new Binary(bytes.length, Arrays.hashCode(bytes));
        }
    }

    private WebSocketClient(HttpClient http, URI uri, List<String> protocols, Field... fields) {
        this.http = http;
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (!protocols.isEmpty()) {
            builder.subprotocols(protocols.getFirst(), protocols.subList(1, protocols.size()).toArray(String[]::new));
        }
        for (Field field : fields) {
            builder.header(field.name(), field.value());
        }
        this.socket = builder.buildAsync(uri, ears).join();
    }

    public static WebSocketClient open(int port, String path, Field... fields) {
        return open(port, path, List.of(), fields);
    }

    public static WebSocketClient open(int port, String path, List<String> protocols, Field... fields) {
        return new WebSocketClient(HttpClient.newHttpClient(), URI.create("ws://127.0.0.1:" + port + path), protocols, fields);
    }

    public static WebSocketClient openTls(int port, SSLContext trusting, String path) {
        return new WebSocketClient(
                HttpClient.newBuilder().sslContext(trusting).build(), URI.create("wss://localhost:" + port + path), List.of());
    }

    /** The status with which the handshake is refused. */
    public static int refusal(int port, String path, Field... fields) {
        try (WebSocketClient opened = open(port, path, fields)) {
            throw new AssertionError("opened, with subprotocol `" + opened.subprotocol() + "`");
        } catch (CompletionException refused) {
            if (refused.getCause() instanceof WebSocketHandshakeException handshake) {
                return handshake.getResponse().statusCode();
            }
            throw refused;
        }
    }

    public String subprotocol() {
        return socket.getSubprotocol();
    }

    public WebSocketClient text(String text) {
        socket.sendText(text, true).join();
        return this;
    }

    public WebSocketClient fragments(String... parts) {
        for (int index = 0; index < parts.length; index++) {
            socket.sendText(parts[index], index == parts.length - 1).join();
        }
        return this;
    }

    public WebSocketClient binary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
        return this;
    }

    public WebSocketClient ping(String payload) {
        socket.sendPing(ByteBuffer.wrap(payload.getBytes(StandardCharsets.US_ASCII))).join();
        return this;
    }

    public WebSocketClient sayClose(int code, String reason) {
        socket.sendClose(code, reason).join();
        return this;
    }

    /** What comes next; waits for it. */
    public Told next() {
        try {
            Told next = ears.told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("the client was told nothing");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Closes without a word. */
    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }

    /** Puts the parts of a message together. */
    private static final class Ears implements WebSocket.Listener {
        private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                told.add(new Told.Text(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            binary.writeBytes(bytes);
            if (last) {
                told.add(Told.binary(binary.toByteArray()));
                binary.reset();
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket from, ByteBuffer payload) {
            told.add(new Told.Pong(StandardCharsets.US_ASCII.decode(payload).toString()));
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            told.add(new Told.Closed(code, reason));
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            told.add(new Told.Failed());
        }
    }
}
