package dev.sallyport.server.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.core.http.address.AddressText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/** One JSON line for each address that accepts, for scripts that wait for it or asked for a free port. */
final class Announcement {
    private static final JsonFactory JSON = new JsonFactory();

    private Announcement() {}

    static void print(PrintWriter out, String listener, InetSocketAddress address) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("event", "listening");
            json.writeStringField("listener", listener);
            json.writeStringField("address", AddressText.of(address.getAddress()));
            json.writeNumberField("port", address.getPort());
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        // One write for the whole line: the access log shares the stream.
        out.print(line + "\n");
        out.flush();
    }
}
