package dev.sallyport.core.config.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.sallyport.core.config.bind.RecordReader;
import dev.sallyport.core.config.file.KeyFileConfig.KeyConfig;
import dev.sallyport.core.config.tree.Node;
import dev.sallyport.core.config.tree.Node.Entry;
import dev.sallyport.core.config.tree.Node.Mapping;
import dev.sallyport.core.config.tree.Node.Scalar;
import dev.sallyport.core.config.tree.Node.Sequence;
import dev.sallyport.core.config.tree.Position;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.config.tree.TreeBounds;
import dev.sallyport.core.config.tree.YamlReader;
import dev.sallyport.core.state.ApiKeyEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads API-key files: YAML, or one JSON object a line where the file begins with a brace. JSON lines are streamed, so
 * that a million keys cost no tree.
 */
public final class ApiKeyFileReader {
    private static final int MAX_PROBLEMS = 20;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;
    private final Problems problems;
    private final Consumer<ApiKeyEntry> sink;
    private final Set<String> ids = new HashSet<>();
    private final Set<String> hashes = new HashSet<>();

    private ApiKeyFileReader(Path file, Problems problems, Consumer<ApiKeyEntry> sink) {
        this.file = file;
        this.problems = problems;
        this.sink = sink;
    }

    /** Hands each key on as it is read; with problems, what was handed on must not be used. */
    public static void read(Path file, byte[] bytes, Problems problems, Consumer<ApiKeyEntry> sink) {
        ApiKeyFileReader reader = new ApiKeyFileReader(file, problems, sink);
        if (isJson(bytes)) {
            reader.readLines(bytes);
        } else {
            reader.readYaml(bytes);
        }
    }

    public static List<ApiKeyEntry> read(Path file, byte[] bytes, Problems problems) {
        List<ApiKeyEntry> entries = new ArrayList<>();
        read(file, bytes, problems, entries::add);
        return entries;
    }

    private static boolean isJson(byte[] bytes) {
        for (byte each : bytes) {
            if (each != ' ' && each != '\n' && each != '\r') {
                return each == '{';
            }
        }
        return false;
    }

    private void readYaml(byte[] bytes) {
        Optional<Node> root = YamlReader.verbatim(problems).parse(file, bytes, TreeBounds.KEY_FILE);
        root.map(node -> node instanceof Mapping mapping ? mapping.find("keys") : Optional.<Entry>empty())
                .flatMap(keys -> keys)
                .map(Entry::value)
                .filter(Sequence.class::isInstance)
                .map(Sequence.class::cast)
                .ifPresent(keys -> keys.items().forEach(this::take));
        root.filter(node -> !isKeyList(node)).ifPresent(node -> problems.add(
                node.position(), "a mapping with one key, `keys`, and a list behind it is expected here"));
    }

    private static boolean isKeyList(Node node) {
        return node instanceof Mapping mapping
                && mapping.entries().size() == 1
                && mapping.find("keys").filter(keys -> keys.value() instanceof Sequence).isPresent();
    }

    private void readLines(byte[] bytes) {
        // Left to itself, the parser would guess UTF-16 or UTF-32 from the first bytes.
        try (JsonParser parser = JSON.createParser(new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder()))) {
            while (parser.nextToken() != null && problems.list().size() < MAX_PROBLEMS) {
                take(node(parser, TreeBounds.KEY_FILE.maxDepth()));
            }
        } catch (JsonProcessingException e) {
            problems.add(position(e.getLocation()), "not JSON lines: " + e.getOriginalMessage());
        } catch (IOException _) {
            problems.add(Position.startOf(file), "not JSON lines in UTF-8");
        }
    }

    private void take(Node node) {
        RecordReader.read(node, KeyConfig.class, problems).map(KeyConfig::entry).ifPresent(entry -> {
            boolean newId = ids.add(entry.id());
            boolean newHash = hashes.add(entry.sha256());
            if (!newId) {
                problems.add(node.position(), "duplicate key id `" + entry.id() + "`");
            }
            if (!newHash) {
                problems.add(node.position(), "`" + entry.id() + "` has the hash of another key of this file");
            }
            sink.accept(entry);
        });
    }

    private Node node(JsonParser parser, int depth) throws IOException {
        Position position = position(parser.currentTokenLocation());
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(parser, position, depth - 1);
            case START_ARRAY -> sequence(parser, position, depth - 1);
            case VALUE_STRING -> new Scalar(position, parser.getText(), parser.getText(), Scalar.Style.QUOTED);
            default -> new Scalar(position, parser.getText(), parser.getText(), Scalar.Style.PLAIN);
        };
    }

    private Node mapping(JsonParser parser, Position position, int depth) throws IOException {
        List<Entry> entries = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            Position key = position(parser.currentTokenLocation());
            String name = parser.currentName();
            parser.nextToken();
            entries.add(new Entry(key, name, bounded(parser, depth)));
        }
        return Mapping.of(position, entries);
    }

    private Node sequence(JsonParser parser, Position position, int depth) throws IOException {
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(bounded(parser, depth));
        }
        return Sequence.of(position, items);
    }

    private Node bounded(JsonParser parser, int depth) throws IOException {
        if (depth == 0) {
            throw new JsonParseException(parser, "nested too deep");
        }
        return node(parser, depth);
    }

    private Position position(JsonLocation location) {
        return new Position(file, Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }
}
