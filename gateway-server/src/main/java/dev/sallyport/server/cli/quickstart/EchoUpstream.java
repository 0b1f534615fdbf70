package dev.sallyport.server.cli.quickstart;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A backend that answers with what it received, as JSON: what the gateway lets through, and what it adds. */
public final class EchoUpstream implements AutoCloseable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int BACKLOG = 128;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private EchoUpstream(HttpServer server) {
        this.server = server;
    }

    /** On a free port of the loopback address. */
    public static EchoUpstream start() throws IOException {
        EchoUpstream upstream = new EchoUpstream(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG));
        upstream.server.createContext("/", EchoUpstream::answer);
        upstream.server.setExecutor(upstream.threads);
        upstream.server.start();
        return upstream;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            long received = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            byte[] answer = describe(exchange, received);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(200, -1);
            } else {
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        }
    }

    private static byte[] describe(HttpExchange exchange, long contentBytes) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("method", exchange.getRequestMethod());
            json.writeStringField("path", exchange.getRequestURI().toString());
            json.writeObjectFieldStart("headers");
            for (Map.Entry<String, List<String>> field : sorted(exchange.getRequestHeaders()).entrySet()) {
                json.writeStringField(field.getKey(), String.join(", ", field.getValue()));
            }
            json.writeEndObject();
            json.writeNumberField("contentBytes", contentBytes);
            json.writeEndObject();
            json.writeRaw('\n');
        }
        return text.toByteArray();
    }

    private static Map<String, List<String>> sorted(Headers headers) {
        return new TreeMap<>(headers);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
