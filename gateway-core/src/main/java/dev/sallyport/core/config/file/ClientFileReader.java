package dev.sallyport.core.config.file;

import dev.sallyport.core.auth.apikey.ApiKeyFormat;
import dev.sallyport.core.config.bind.RecordReader;
import dev.sallyport.core.config.file.ClientFileConfig.ClientConfig;
import dev.sallyport.core.config.tree.Node.Entry;
import dev.sallyport.core.config.tree.Node.Mapping;
import dev.sallyport.core.config.tree.Node.Sequence;
import dev.sallyport.core.config.tree.Node;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.config.tree.TreeBounds;
import dev.sallyport.core.config.tree.YamlReader;
import dev.sallyport.core.token.client.ClientEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads files of OAuth clients. */
public final class ClientFileReader {
    /** RFC 6749 §3.3: no space, no quote, no backslash. */
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    /** What may stand in a parameter and in a token as it is. */
    private static final Pattern AUDIENCE = Pattern.compile("[\\x21-\\x7E]{1,512}");

    private final Problems problems;
    private final List<ClientEntry> clients = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();

    private ClientFileReader(Problems problems) {
        this.problems = problems;
    }

    /** With problems, what was read must not be used. */
    public static List<ClientEntry> read(Path file, byte[] bytes, Problems problems) {
        ClientFileReader reader = new ClientFileReader(problems);
        YamlReader.verbatim(problems).parse(file, bytes, TreeBounds.KEY_FILE).ifPresent(reader::readAll);
        return List.copyOf(reader.clients);
    }

    private void readAll(Node root) {
        Optional<Entry> list = root instanceof Mapping mapping && mapping.entries().size() == 1 ? mapping.find("clients") : Optional.empty();
        if (list.isPresent() && list.get().value() instanceof Sequence clientNodes) {
            clientNodes.items().forEach(this::take);
        } else {
            problems.add(root.position(), "a mapping with one key, `clients`, and a list behind it is expected here");
        }
    }

    private void take(Node node) {
        RecordReader.read(node, ClientConfig.class, problems).ifPresent(written -> {
            Optional<ClientEntry> entry = written.entry();
            if (entry.isEmpty()) {
                problems.add(node.position(), "`" + written.id() + "`: exactly one of `secrets`, `publicKeys` and `certificates` is expected here");
            }
            entry.ifPresent(client -> check(node, client));
            entry.ifPresent(clients::add);
        });
    }

    private void check(Node node, ClientEntry client) {
        if (!ApiKeyFormat.isId(client.id())) {
            problems.add(node.position(), "`" + client.id() + "` is no id: 1 to 64 letters, digits and . _ -, the first a letter or digit");
        }
        if (!ids.add(client.id())) {
            problems.add(node.position(), "duplicate client id `" + client.id() + "`");
        }
        refuse(node, "scope", client.scopes(), SCOPE);
        refuse(node, "audience", client.audiences(), AUDIENCE);
        refuse(node, "audience", client.introspects(), AUDIENCE);
    }

    private void refuse(Node node, String what, Set<String> values, Pattern form) {
        values.stream().filter(value -> !form.matcher(value).matches()).forEach(value ->
                problems.add(node.position(), "`" + value + "` is no " + what + ": printable ASCII without spaces"));
    }
}
