package dev.sallyport.core.config;

import dev.sallyport.core.config.bind.Places;
import dev.sallyport.core.config.bind.RecordReader;
import dev.sallyport.core.config.bind.RecordReader.Reading;
import dev.sallyport.core.config.tree.Node;
import dev.sallyport.core.config.tree.Node.Entry;
import dev.sallyport.core.config.tree.Node.Mapping;
import dev.sallyport.core.config.tree.Position;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.config.tree.TreeBounds;
import dev.sallyport.core.config.tree.YamlReader;
import dev.sallyport.core.port.FileInputs;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the gateway's configuration: one file, or a directory of files merged by key. */
public final class ConfigReader {
    private final FileInputs files;
    private final Map<String, String> environment;
    private final Problems problems;
    private final YamlReader yaml;

    public ConfigReader(FileInputs files, Map<String, String> environment, Problems problems) {
        this.files = files;
        this.environment = environment;
        this.problems = problems;
        this.yaml = new YamlReader(files, environment, problems);
    }

    /** What could be read; the problems say whether that is all. Empty where there is nothing to go on with. */
    public record Written(GatewayConfig config, Places places) {}

    public Optional<Written> read(Path path) {
        return files.list(path)
                .map(entries -> merged(path, entries))
                .orElseGet(() -> root(path))
                .flatMap(this::bind);
    }

    private Optional<Written> bind(Node root) {
        Reading<GatewayConfig> reading = RecordReader.readRoot(root, GatewayConfig.class, problems);
        return reading.root().map(config -> new Written(config, reading.places()));
    }

    private Optional<Node> root(Path file) {
        Optional<Node> root = yaml.read(file, TreeBounds.GATEWAY_FILE);
        if (root.isEmpty() && problems.isEmpty()) {
            problems.add(Position.startOf(file), "there is nothing in this file");
        }
        return root;
    }

    private Optional<Node> merged(Path directory, List<Path> entries) {
        Optional<Node> whole = Optional.empty();
        List<Path> yamlFiles = entries.stream().filter(ConfigReader::isYaml).toList();
        Set<Path> named = namedIn(yamlFiles);
        for (Path file : yamlFiles) {
            if (!named.contains(file.normalize())) {
                Optional<Node> part = yaml.read(file, TreeBounds.GATEWAY_FILE);
                Optional<Node> before = whole;
                whole = part.map(node -> before.map(first -> merge(first, node, Level.FILE)).orElse(node)).or(() -> before);
            }
        }
        if (whole.isEmpty() && problems.isEmpty()) {
            problems.add(Position.startOf(directory), "there is no .yaml file with content in this directory");
        }
        return whole;
    }

    private static boolean isYaml(Path file) {
        return file.toString().endsWith(".yaml") || file.toString().endsWith(".yml");
    }

    /** A key file or a revocation file may lie beside the configuration that names it, and is no part of that. */
    private Set<Path> namedIn(List<Path> yamlFiles) {
        YamlReader scout = new YamlReader(files, environment, new Problems());
        Set<Path> named = new HashSet<>();
        yamlFiles.forEach(file -> scout.read(file, TreeBounds.GATEWAY_FILE).ifPresent(root -> collectNamed(root, named)));
        return named;
    }

    private static void collectNamed(Node node, Set<Path> named) {
        switch (node) {
            case Node.Scalar _ -> {}
            case Node.Sequence(var _, List<Node> items, var _, var _) -> items.forEach(item -> collectNamed(item, named));
            case Mapping(var _, List<Entry> entries, var _, var _) -> {
                for (Entry entry : entries) {
                    if (entry.key().equals("file") && entry.value() instanceof Node.Scalar(var position, String path, var _, var _)) {
                        addNamed(position.file(), path, named);
                    }
                    collectNamed(entry.value(), named);
                }
            }
        }
    }

    private static void addNamed(Path by, String path, Set<Path> named) {
        try {
            named.add(by.resolveSibling(path).normalize());
        } catch (InvalidPathException _) {
            // told where it is read for good
        }
    }

    /** Two files may add to the same section, never to the same thing in it. */
    private enum Level { FILE, SECTION }

    private Node merge(Node first, Node second, Level level) {
        if (!(first instanceof Mapping left) || !(second instanceof Mapping right)) {
            problems.add(second.position(), "cannot be merged with what stands at " + first.position());
            return first;
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        left.entries().forEach(entry -> entries.put(entry.key(), entry));
        for (Entry entry : right.entries()) {
            entries.merge(entry.key(), entry, (one, other) -> join(one, other, level));
        }
        return Mapping.of(left.position(), new ArrayList<>(entries.values()));
    }

    private Entry join(Entry one, Entry other, Level level) {
        boolean mappings = one.value() instanceof Mapping && other.value() instanceof Mapping;
        if (level == Level.FILE && mappings) {
            return new Entry(one.position(), one.key(), merge(one.value(), other.value(), Level.SECTION));
        }
        problems.add(other.position(), "duplicate key `" + other.key() + "`, first at " + one.position());
        return one;
    }
}
