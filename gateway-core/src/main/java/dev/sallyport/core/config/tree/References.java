package dev.sallyport.core.config.tree;

import dev.sallyport.core.port.FileInputs;
import dev.sallyport.core.port.FileInputs.Content;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code ${env:NAME}} and {@code ${file:relative/path}} within scalars. What they bring in is not looked into again. */
final class References implements Substitution {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]*)}?");

    private final FileInputs files;
    private final Map<String, String> environment;
    private final Problems problems;

    References(FileInputs files, Map<String, String> environment, Problems problems) {
        this.files = files;
        this.environment = environment;
        this.problems = problems;
    }

    @Override
    public String apply(Position position, String written) {
        StringBuilder text = new StringBuilder();
        Matcher matcher = REFERENCE.matcher(written);
        while (matcher.find()) {
            String found = resolve(position, matcher.group(), matcher.group(1)).orElse("");
            matcher.appendReplacement(text, Matcher.quoteReplacement(found));
        }
        return matcher.appendTail(text).toString();
    }

    private Optional<String> resolve(Position position, String reference, String inner) {
        if (reference.endsWith("}") && inner.startsWith("env:")) {
            return variable(position, inner.substring("env:".length()));
        }
        if (reference.endsWith("}") && inner.startsWith("file:")) {
            return file(position, inner.substring("file:".length()));
        }
        problems.add(position, "`" + reference + "` is neither ${env:NAME} nor ${file:path}");
        return Optional.empty();
    }

    private Optional<String> variable(Position position, String name) {
        Optional<String> value = Optional.ofNullable(environment.get(name));
        if (value.isEmpty()) {
            problems.add(position, "the environment has no variable `" + name + "`");
        }
        return value;
    }

    private Optional<String> file(Position position, String name) {
        Path path;
        try {
            path = position.file().resolveSibling(name);
        } catch (InvalidPathException _) {
            problems.add(position, "`" + name + "` is no path");
            return Optional.empty();
        }
        return switch (files.read(path)) {
            case Content.Unreadable(String why) -> {
                problems.add(position, "cannot read `" + name + "`: " + why);
                yield Optional.empty();
            }
            case Content.Bytes(byte[] bytes) -> text(position, name, bytes);
        };
    }

    /** Strictly: a binary secret read leniently would collapse into replacement characters, and so into few possible values. */
    private Optional<String> text(Position position, String name, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return Optional.of(withoutNewline(text));
        } catch (CharacterCodingException _) {
            problems.add(position, "`" + name + "` is not text in UTF-8");
            return Optional.empty();
        }
    }

    private static String withoutNewline(String text) {
        if (!text.endsWith("\n")) {
            return text;
        }
        return text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
    }
}
