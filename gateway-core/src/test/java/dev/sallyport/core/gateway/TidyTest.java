package dev.sallyport.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.reject.RejectReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TidyTest {
    private static final Path ROOT = root();
    private static final Path REASONS = ROOT.resolve("docs/reject-reasons.md");

    /** Lines of one file. It may go down, not up. */
    private static final int MAX_LINES = 310;

    /** The catalogue is one list by nature. */
    private static final List<String> LISTS = List.of("RejectReason.java");

    private static final List<String> EMPTY_WORDS = List.of(
            "Manager", "Util", "Utils", "Helper", "Common", "Misc", "Impl", "Info", "Data", "Processor", "Service", "Context");

    /** Classes of one package. */
    private static final long MAX_FILES = 15;

    @Test
    void filesStaySmall() throws IOException {
        assertThat(sources().stream().filter(source -> !LISTS.contains(source.getFileName().toString())))
                .allSatisfy(source -> assertThat(Files.readAllLines(source)).as(source.toString())
                        .hasSizeLessThanOrEqualTo(MAX_LINES));
    }

    @Test
    void foldersShowWhatTheyAre() throws IOException {
        Map<Path, Long> folders = sources().stream().collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));
        assertThat(folders).allSatisfy((folder, files) -> assertThat(files).as(folder.toString())
                .isLessThanOrEqualTo(MAX_FILES));
    }

    @Test
    void namesSaySomething() throws IOException {
        assertThat(sources().stream().map(source -> source.getFileName().toString().replace(".java", "")))
                .allSatisfy(name -> assertThat(EMPTY_WORDS).as(name).noneMatch(name::endsWith));
    }

    /** {@code -Dsallyport.regenerate=true} writes the page anew. */
    @Test
    void pageOfReasonsIsWhatTheCatalogueSays() throws IOException {
        if (Boolean.getBoolean("sallyport.regenerate")) {
            Files.writeString(REASONS, page());
        }
        assertThat(Files.readString(REASONS)).isEqualTo(page());
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Why a request was refused

                Every way in which Sallyport refuses, with the word that stands in the access log, the audit log and the metrics. Clients
                see the coarse code unless `errors.detail` is true. This page is generated from the code; a test compares them.

                | reason | status | code | fault | what it means | what to do |
                |---|---|---|---|---|---|
                """);
        for (RejectReason reason : RejectReason.values()) {
            page.append("| `").append(reason.label()).append("` | ").append(reason.status()).append(" | `").append(reason.code().label())
                    .append("` | ").append(reason.fault().name().toLowerCase(Locale.ROOT).replace('_', ' ')).append(" | ")
                    .append(cell(reason.sentence())).append(" | ").append(cell(reason.remedy())).append(" |\n");
        }
        return page.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(path -> path.toString().endsWith(".java") && path.toString().contains("src/main/java"))
                    .filter(path -> !path.getFileName().toString().equals("package-info.java"))
                    .toList();
        }
    }

    /** The folder of the whole project, wherever the test was started. */
    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("gateway-core")) ? here : Objects.requireNonNull(here.getParent());
    }
}
