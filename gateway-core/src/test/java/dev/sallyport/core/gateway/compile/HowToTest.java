package dev.sallyport.core.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Whatever a page shows as YAML compiles: laid over the example to which the page links first, or as the file that the
 * example names; what the first page shows, as it stands.
 */
final class HowToTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGES = ROOT.resolve("docs/how-to");
    private static final Pattern BLOCK = Pattern.compile("^```ya?ml\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern ANY_YAML = Pattern.compile("^ *(```|~~~) *[yY][aA]?[mM][lL]", Pattern.MULTILINE);
    private static final Pattern EXAMPLE = Pattern.compile("\\]\\(\\.\\./\\.\\./(config/examples/[a-z-]+\\.yaml)\\)");

    /** What a page shows. */
    record Shown(Path page, int number, String yaml) {
        @Override
        public String toString() {
            return page.getFileName() + " " + number;
        }
    }

    static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
        }
    }

    static List<Shown> shown() throws IOException {
        List<Path> all = new ArrayList<>(pages());
        all.add(ROOT.resolve("README.md"));
        List<Shown> shown = new ArrayList<>();
        for (Path page : all) {
            List<String> blocks = BLOCK.matcher(Files.readString(page)).results().map(block -> block.group(1)).toList();
            blocks.forEach(block -> shown.add(new Shown(page, shown.size() + 1, block)));
        }
        return shown;
    }

    @ParameterizedTest
    @MethodSource("shown")
    void whatAPageShowsCompiles(Shown shown) throws IOException {
        Optional<String> example = example(shown.page());
        String config = ROOT.resolve(example.orElse("README.yaml")).toString();
        String base = example.isPresent() ? Files.readString(Path.of(config)) : "{}";
        MadeFiles files = new MadeFiles().with(besides(config, "secrets/gateway.pem"), MadeFiles.material("api.key"));
        Optional<String> file = fileOf(shown.yaml());
        if (file.isPresent()) {
            assertThat(base).as("who reads it").contains(file.get());
            files.with(config, base).with(besides(config, file.get()), written(shown.yaml()));
        } else {
            files.with(config, laid(shown.yaml(), base));
        }
        assertThat(Compilation.snapshot(Path.of(config), files).routes().routes()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyPageLinksToItsExampleAndHidesNoYaml(Path page) throws IOException {
        assertThat(example(page)).isPresent().hasValueSatisfying(example -> assertThat(ROOT.resolve(example)).exists());
        String text = Files.readString(page);
        assertThat(ANY_YAML.matcher(text).results()).hasSameSizeAs(BLOCK.matcher(text).results().toList());
    }

    @Test
    void everyPageIsInTheFirstPagesList() throws IOException {
        assertThat(pages()).isNotEmpty().allSatisfy(page -> assertThat(Files.readString(ROOT.resolve("README.md")))
                .contains("(docs/how-to/" + page.getFileName() + ")"));
    }

    private static Optional<String> example(Path page) throws IOException {
        Matcher link = EXAMPLE.matcher(Files.readString(page));
        return link.find() ? Optional.of(link.group(1)) : Optional.empty();
    }

    private static String besides(String config, String name) {
        return Path.of(config).resolveSibling(name).toString();
    }

    /** Where it is no configuration but a file that one names. */
    private static Optional<String> fileOf(String yaml) {
        MatchResult key = Pattern.compile("^\\w+").matcher(yaml).results().findFirst().orElseThrow();
        return switch (key.group()) {
            case "tokens" -> Optional.of("revoked.yaml");
            case "clients" -> Optional.of("clients.yaml");
            default -> Optional.empty();
        };
    }

    /** With what a page leaves out. */
    private static String written(String yaml) {
        String indented = MadeFiles.material("public.pem").strip().replace("\n", "\n      ");
        return yaml.replace("sha256:…", "sha256:" + "0a".repeat(32)).replaceAll("-----BEGIN PUBLIC KEY-----\\s+…", Matcher.quoteReplacement(indented));
    }

    private static String laid(String over, String base) {
        Node laid = laid(node(over), node(base));
        DumpSettings settings = DumpSettings.builder().setSplitLines(false).build();
        return new Present(settings).emitToString(new Serialize(settings).serializeOne(laid).iterator());
    }

    private static Node node(String yaml) {
        return new Compose(LoadSettings.builder().build()).composeString(yaml).orElseThrow();
    }

    /** A mapping in lines is laid over what is there, one in braces replaces it. */
    private static Node laid(Node over, Node base) {
        if (!(over instanceof MappingNode upper && base instanceof MappingNode lower) || upper.getFlowStyle() == FlowStyle.FLOW) {
            return over;
        }
        List<NodeTuple> pairs = new ArrayList<>(lower.getValue());
        for (NodeTuple pair : upper.getValue()) {
            Optional<NodeTuple> there = pairs.stream().filter(each -> key(each).equals(key(pair))).findFirst();
            there.ifPresent(pairs::remove);
            pairs.add(there.map(each -> new NodeTuple(each.getKeyNode(), laid(pair.getValueNode(), each.getValueNode()))).orElse(pair));
        }
        return new MappingNode(lower.getTag(), pairs, FlowStyle.BLOCK);
    }

    private static String key(NodeTuple pair) {
        return ((ScalarNode) pair.getKeyNode()).getValue();
    }
}
