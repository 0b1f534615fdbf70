package dev.sallyport.server.cli.keys.usage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sallyport.server.cli.failure.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Asks a gateway's admin port for {@code GET /usage}. */
public final class UsageReader {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Some 100 bytes a key; a million keys fit. */
    private static final int MAX_ANSWER_BYTES = 128 << 20;
    private static final JsonFactory JSON = new JsonFactory();

    private UsageReader() {}

    /** By key id. */
    public static Map<String, KeyUsage> read(URI admin, Path tokenFile) {
        requireSafe(admin);
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NEVER).build()) {
            HttpRequest request = HttpRequest.newBuilder(admin.resolve("/usage"))
                    .timeout(PATIENCE)
                    .header("Authorization", "Bearer " + Files.readString(tokenFile).strip())
                    .build();
            HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200) {
                    throw CommandFailure.atRunTime(admin + " answered " + answer.statusCode() + " to GET /usage");
                }
                return parse(body.readNBytes(MAX_ANSWER_BYTES));
            }
        } catch (IOException e) {
            throw CommandFailure.atRunTime("cannot ask " + admin + " with the token of " + tokenFile + ": " + e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw CommandFailure.atRunTime("interrupted");
        }
    }

    /** The token would cross the network in plain. */
    private static void requireSafe(URI admin) {
        if (admin.getHost() == null) {
            throw CommandFailure.inWhatWasGiven("--admin must be a URL such as http://127.0.0.1:9901");
        }
        try {
            boolean loopback = InetAddress.getByName(admin.getHost()).isLoopbackAddress();
            if (!"https".equals(admin.getScheme()) && !(loopback && "http".equals(admin.getScheme()))) {
                throw CommandFailure.inWhatWasGiven("--admin must be https, or http on this machine: it carries the admin token");
            }
        } catch (IOException _) {
            throw CommandFailure.atRunTime("no address for " + admin.getHost());
        }
    }

    /** {@code {"keys":{"<id>":{"count":1,"lastUse":"<time>"}}}}. */
    public static Map<String, KeyUsage> parse(byte[] text) throws IOException {
        Map<String, KeyUsage> usage = new HashMap<>();
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the answer to GET /usage is no JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean keys = json.currentName().equals("keys");
                if (json.nextToken() == JsonToken.START_OBJECT && keys) {
                    readKeys(json, usage);
                } else {
                    json.skipChildren();
                }
            }
        }
        return usage;
    }

    private static void readKeys(JsonParser json, Map<String, KeyUsage> usage) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String id = json.currentName();
            json.nextToken();
            usage.put(id, readKey(json));
        }
    }

    private static KeyUsage readKey(JsonParser json) throws IOException {
        long count = 0;
        String lastUse = KeyUsage.NONE.lastUse();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "count" -> count = json.getLongValue();
                case "lastUse" -> lastUse = json.getText();
                default -> json.skipChildren();
            }
        }
        return new KeyUsage(count, lastUse);
    }
}
