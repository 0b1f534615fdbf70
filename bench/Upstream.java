import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The cheapest upstream that is still a real one: one thread, keep-alive, a fixed answer of 512 bytes to every request
 * head it sees. It knows requests without content and requests with a Content-Length.
 */
final class Upstream {
    private static final byte[] ANSWER = answer();
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Selector selector;
    private final int port;

    private Upstream(Selector selector, int port) {
        this.selector = selector;
        this.port = port;
    }

    static Upstream start() throws IOException {
        Selector selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        Upstream upstream = new Upstream(selector, server.socket().getLocalPort());
        Thread.ofPlatform().daemon().name("upstream").start(upstream::serve);
        return upstream;
    }

    int port() {
        return port;
    }

    private void serve() {
        try {
            while (true) {
                selector.select(this::ready);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                SocketChannel accepted = ((ServerSocketChannel) key.channel()).accept();
                accepted.configureBlocking(false);
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
                accepted.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(BUFFER_BYTES));
            } else {
                answer((SocketChannel) key.channel(), (ByteBuffer) key.attachment());
            }
        } catch (IOException e) {
            close(key);
        }
    }

    private static void answer(SocketChannel channel, ByteBuffer received) throws IOException {
        if (channel.read(received) < 0) {
            channel.close();
            return;
        }
        received.flip();
        int length = requestLength(received);
        while (length > 0) {
            received.position(received.position() + length);
            channel.write(ByteBuffer.wrap(ANSWER));
            length = requestLength(received);
        }
        received.compact();
    }

    /** Length of the first whole request in the buffer, or 0. */
    private static int requestLength(ByteBuffer received) {
        int start = received.position();
        for (int at = start; at + END_OF_HEAD.length <= received.limit(); at++) {
            if (received.get(at) == '\r' && received.get(at + 1) == '\n'
                    && received.get(at + 2) == '\r' && received.get(at + 3) == '\n') {
                int head = at + END_OF_HEAD.length - start;
                int whole = head + contentLength(received, start, head);
                return received.remaining() >= whole ? whole : 0;
            }
        }
        return 0;
    }

    private static int contentLength(ByteBuffer received, int start, int head) {
        if (received.get(start) != 'P') {
            return 0;
        }
        String text = new String(received.array(), start, head, StandardCharsets.ISO_8859_1).toLowerCase();
        int at = text.indexOf("content-length:");
        return at < 0 ? 0 : Integer.parseInt(text.substring(at + 15, text.indexOf('\r', at)).trim());
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            key.cancel();
        }
    }

    private static byte[] answer() {
        return ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 512\r\n\r\n" + "x".repeat(512))
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
