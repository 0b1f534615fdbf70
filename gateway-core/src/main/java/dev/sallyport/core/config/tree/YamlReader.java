package dev.sallyport.core.config.tree;

import dev.sallyport.core.port.FileInputs;
import dev.sallyport.core.port.FileInputs.Content;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads YAML files into trees. */
public final class YamlReader {
    private final FileInputs files;
    private final Problems problems;
    private final Substitution substitution;

    public YamlReader(FileInputs files, Map<String, String> environment, Problems problems) {
        this(files, problems, new References(files, environment, problems));
    }

    private YamlReader(FileInputs files, Problems problems, Substitution substitution) {
        this.files = files;
        this.problems = problems;
        this.substitution = substitution;
    }

    /** For text at hand, in which {@code $} means nothing. */
    public static YamlReader verbatim(Problems problems) {
        return new YamlReader(new NoFiles(), problems, (position, written) -> written);
    }

    /** Empty for an empty file, and where a problem was added. */
    public Optional<Node> read(Path file, TreeBounds bounds) {
        return switch (files.read(file)) {
            case Content.Bytes(byte[] bytes) -> parse(file, bytes, bounds);
            case Content.Unreadable(String why) -> {
                problems.add(Position.startOf(file), "cannot read this file: " + why);
                yield Optional.empty();
            }
        };
    }

    public Optional<Node> parse(Path file, byte[] text, TreeBounds bounds) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setUseMarks(true)
                .setCodePointLimit(bounds.maxCharacters())
                .build();
        try {
            Iterator<Event> events = new Parse(settings).parseInputStream(new ByteArrayInputStream(text)).iterator();
            return new TreeBuilder(file, bounds, problems, substitution).build(events);
        } catch (MarkedYamlEngineException e) {
            Position position = e.getProblemMark().map(mark -> at(file, mark)).orElse(Position.startOf(file));
            problems.add(position, "not YAML: " + e.getProblem());
        } catch (TreeBuilder.Unusable e) {
            problems.add(e.position, e.clause);
        } catch (YamlEngineException _) {
            problems.add(Position.startOf(file), "not YAML in UTF-8 of at most " + bounds.maxCharacters() + " characters");
        }
        return Optional.empty();
    }

    /** Our own text, as if it stood in {@code position}'s file. */
    public static Node parseConstant(String text, Position position) {
        Problems problems = new Problems();
        return verbatim(problems)
                .parse(position.file(), text.getBytes(StandardCharsets.UTF_8), TreeBounds.GATEWAY_FILE)
                .orElseThrow(() -> new IllegalStateException(text + ": " + problems.list()));
    }

    private record NoFiles() implements FileInputs {
        @Override
        public Content read(Path path) {
            return new Content.Unreadable("no files here");
        }

        @Override
        public Optional<List<Path>> list(Path path) {
            return Optional.empty();
        }
    }

    static Position at(Path file, Mark mark) {
        return new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
