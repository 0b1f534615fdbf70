package dev.sallyport.tests.harness;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** One connection to the gateway, on which any bytes may be sent; what comes back is read without leniency. */
public final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 8_000;
    private final Socket socket;
    private final StrictReader reader;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        this.reader = new StrictReader(new BufferedInputStream(socket.getInputStream()));
    }

    public static RawClient plain(int port) {
        return plain(port, 0);
    }

    /** With a receive buffer that small, so that back-pressure is felt early. */
    @SuppressWarnings("AddressSelection") // the gateway listens on this one address
    public static RawClient plain(int port, int receiveBuffer) {
        try {
            Socket socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From another address of this machine, such as 127.0.0.2. */
    @SuppressWarnings("AddressSelection") // no name is looked up
    public static RawClient plainFrom(String address, int port) {
        try {
            return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(address), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Over TLS, with this name in SNI; the handshake is done when this returns. */
    public static RawClient tls(int port, SSLContext context, String name, String... protocols) {
        return tlsBehind(new byte[0], port, context, name, protocols);
    }

    /** The same with these bytes, such as a PROXY header, before the handshake. */
    public static RawClient tlsBehind(byte[] header, int port, SSLContext context, String name, String... protocols) {
        try {
            Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
            plain.getOutputStream().write(header);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            if (protocols.length > 0) {
                parameters.setProtocols(protocols);
            }
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.startHandshake();
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public SSLSocket tlsSocket() {
        return (SSLSocket) socket;
    }

    public RawClient send(String text) {
        return send(StrictReader.latin1(text));
    }

    public RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends what it can: a peer that has refused already may close meanwhile. */
    public RawClient sendRegardless(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            // the answer, already on its way, is what matters
        }
        return this;
    }

    /** Byte after byte, each in a packet of its own. */
    public RawClient sendBytewise(String text) {
        for (byte one : StrictReader.latin1(text)) {
            send(new byte[] {one});
        }
        return this;
    }

    /** Ends our direction only. */
    public RawClient halfClose() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes with RST. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Reply exchange(String request) {
        return send(request).read(request.startsWith("HEAD ") ? "HEAD" : "ANY");
    }

    public Reply read() {
        return read("ANY");
    }

    /** The next final response; interim ones before it are skipped. */
    public Reply read(String method) {
        Reply reply = readOne(method);
        while (reply.status() < 200) {
            reply = readOne(method);
        }
        return reply;
    }

    /** The next response, an interim one too. */
    public Reply readOne(String method) {
        try {
            return next(method).orElseThrow(() -> new EOFException("closed where a response was due"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All final responses until the peer closes. */
    public List<Reply> readAll() {
        List<Reply> replies = new ArrayList<>();
        try {
            for (Optional<Reply> reply = next("ANY"); reply.isPresent(); reply = next("ANY")) {
                replies.add(reply.orElseThrow());
            }
        } catch (SocketException e) {
            return replies; // reset after the last answer: also an end
        } catch (IOException e) {
            throw new UncheckedIOException("after " + replies, e);
        }
        return replies;
    }

    private Optional<Reply> next(String method) throws IOException {
        Optional<String> line = reader.line();
        if (line.isEmpty()) {
            return Optional.empty();
        }
        String statusLine = line.orElseThrow();
        if (!statusLine.matches("HTTP/1\\.1 [1-5][0-9][0-9] [ -~]*")) {
            throw new MalformedMessage("status line: " + statusLine);
        }
        int status = Integer.parseInt(statusLine.substring(9, 12));
        List<Field> fields = reader.fields();
        StrictReader.Framing framing = StrictReader.Framing.of(fields);
        byte[] content = {};
        List<Field> trailers = List.of();
        boolean bodiless = method.equals("HEAD") || status < 200 || status == 204 || status == 304;
        if (!bodiless && framing.chunked()) {
            content = reader.chunks();
            trailers = reader.fields();
        } else if (!bodiless && framing.length().isPresent()) {
            content = reader.exactly(framing.length().orElseThrow());
        } else if (!bodiless) {
            content = reader.rest();
        }
        return Optional.of(new Reply(status, statusLine.substring(13), fields, content, trailers));
    }

    /** The head of the next response alone; its content is then read in pieces with {@link #readBytes}. */
    public Reply readHead() {
        try {
            String statusLine = reader.line().orElseThrow(() -> new EOFException("closed where a response was due"));
            return new Reply(Integer.parseInt(statusLine.substring(9, 12)), statusLine.substring(13), reader.fields(), new byte[0], List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] readBytes(int length) {
        try {
            return reader.exactly(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the peer ends the connection, by FIN or RST, before our patience does; nothing more may come. */
    public boolean closedByPeer() {
        try {
            return reader.rest().length == 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    public RawClient patience(int millis) {
        try {
            socket.setSoTimeout(millis);
            return this;
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
