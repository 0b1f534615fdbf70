package dev.sallyport.core.gateway.compile.draft;

import dev.sallyport.core.config.GatewayConfig;
import dev.sallyport.core.config.bind.Places;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.config.tree.Suggestion;
import dev.sallyport.core.gateway.GatewaySnapshot.Notice;
import dev.sallyport.core.port.FileInputs.Content;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One compilation while it runs: what was written, what is wrong with it, what is worth a word. */
public record Draft(GatewayConfig config, Places places, Problems problems, InputFiles files, Ports ports, List<Notice> notices) {

    public Draft(GatewayConfig config, Places places, Problems problems, InputFiles files, Ports ports) {
        this(config, places, problems, files, ports, new ArrayList<>());
    }

    public void problem(String path, String message) {
        problems.add(places.of(path), "`" + path.substring(path.lastIndexOf('.') + 1) + "`: " + message);
    }

    public void insecure(String path, String text) {
        notices.add(new Notice(Notice.Kind.INSECURE, path, text));
    }

    public void unusual(String path, String text) {
        notices.add(new Notice(Notice.Kind.UNUSUAL, path, text));
    }

    public List<Notice> sortedNotices() {
        return notices.stream().distinct().sorted(Comparator.comparing(Notice::kind).thenComparing(Notice::key)).toList();
    }

    /** A name that leads nowhere; silent where what it leads to is there but broken, for that was said already. */
    public void dangling(String path, String section, String name) {
        if (!places.isBroken(section + "." + name)) {
            problem(path, "nothing in `" + section + "` is called `" + name + "`" + Suggestion.of(name, places.namesIn(section)));
        }
    }

    public void requirePositive(String path, Duration duration) {
        if (!duration.isPositive()) {
            problem(path, "must be longer than nothing");
        }
    }

    public Optional<byte[]> file(String path, Path file) {
        return switch (files.read(file)) {
            case Content.Bytes(byte[] bytes) -> Optional.of(bytes);
            case Content.Unreadable(String why) -> {
                problem(path, "cannot read " + file + ": " + why);
                yield Optional.empty();
            }
        };
    }

    /** Reads and parses; what the parser throws becomes a problem. */
    public <T> Optional<T> file(String path, Path file, Function<byte[], T> parser) {
        Optional<byte[]> bytes = file(path, file);
        try {
            return bytes.map(parser);
        } catch (IllegalArgumentException e) {
            problem(path, file + " " + e.getMessage());
            return Optional.empty();
        }
    }

    /** What the parser throws becomes a problem. */
    public <T> Optional<T> parse(String path, String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            problem(path, "`" + text + "`: " + e.getMessage());
            return Optional.empty();
        }
    }
}
