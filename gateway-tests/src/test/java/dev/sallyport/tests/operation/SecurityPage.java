package dev.sallyport.tests.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Distribution;
import dev.sallyport.tests.operation.TestReports.Tally;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs after all other tests, in the profile that runs them all: writes down what their reports say of security, and
 * fails where a flaw names a test that did not run or did not pass. {@code -Dsallyport.regenerate=true} writes the page anew.
 */
@Tag("slow")
class SecurityPage {
    private static final Path PAGE = Distribution.root().resolve("docs/security-tests.md");

    /**
     * One row of the table of groups.
     *
     * @param property of the build where a profile runs the classes, empty where every build does
     */
    private record Group(String name, List<String> classes, String mutants, String property) {
        static Group parse(String line) {
            String[] cells = line.split("\t", -1);
            return new Group(cells[0], List.of(cells[1].split(" ")), cells[2], cells.length > 3 ? cells[3] : "");
        }

        boolean isRun() {
            return property.isEmpty() || System.getProperty(property) != null;
        }

        Tally tally(TestReports reports) {
            return classes.stream().map(reports::of).reduce(Tally.NONE, Tally::plus);
        }

        String row(List<String> table) {
            return "| " + name + " | " + disabled(table) + " | `" + String.join("` `", classes) + "` |\n";
        }

        /** A seventh cell of a row says why no test need notice. */
        private String disabled(List<String> table) {
            List<String> rows = table.stream().filter(row -> row.startsWith(mutants + "\t")).toList();
            long excused = rows.stream().filter(row -> row.split("\t", -1).length > 6).count();
            return rows.size() + (excused == 0 ? "" : ", " + excused + " without effect");
        }
    }

    /** What must not happen or must hold, where that is known from, and the tests that hold it or a word on why none need to. */
    private record Held(String what, String source, List<String> tests, String word) {
        static Held parse(String line) {
            String[] cells = line.split("\t", -1);
            return new Held(cells[0], cells[1], Stream.of(cells[2].split(" ")).filter(test -> !test.isEmpty()).toList(), cells[3]);
        }

        String row() {
            String held = String.join(", ", tests.stream().map(test -> "`" + test + "`").toList());
            return "| " + what + " | " + source + " | " + held + (held.isEmpty() || word.isEmpty() ? "" : "; ") + word + " |\n";
        }
    }

    private final TestReports reports = TestReports.under(Distribution.root());
    private final List<Group> groups = lines("groups.tsv").map(Group::parse).toList();
    private final List<Held> flaws = lines("flaws.tsv").map(Held::parse).toList();
    private final List<Held> clauses = lines("clauses.tsv").map(Held::parse).toList();

    private final List<String> mutants = Files.readAllLines(Distribution.root().resolve("mutants/mutants.tsv")).stream()
            .filter(line -> !line.startsWith("#")).toList();

    SecurityPage() throws IOException {}

    /** The figures of this very build; the page would have to be written anew for each test that is added. */
    @Test
    void everyClassOfAGroupRanAndNoneFailed() {
        groups.stream().filter(Group::isRun).forEach(group -> System.out.println("security: " + group.name() + ": " + group.tally(reports)));
        assertThat(groups.stream().filter(Group::isRun).flatMap(group -> group.classes().stream()))
                .allSatisfy(name -> assertThat(reports.of(name).cases()).as(name).isPositive())
                .allSatisfy(name -> assertThat(reports.of(name).failures()).as(name).isZero());
    }

    @Test
    void everyFlawAndClauseHasATestThatRanAndPassedOrAReason() {
        assertThat(Stream.concat(flaws.stream(), clauses.stream())).allSatisfy(held -> {
            assertThat(held.tests().isEmpty() && held.word().isEmpty()).as(held.what()).isFalse();
            assertThat(held.tests().stream().filter(this::isRun)).allSatisfy(test -> assertThat(ranAndPassed(test)).as(held.what() + ": " + test).isTrue());
        });
    }

    @Test
    void pageIsWhatTheTablesSay() throws IOException {
        if (Boolean.getBoolean("sallyport.regenerate")) {
            Files.writeString(PAGE, page());
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page());
    }

    private boolean isRun(String test) {
        return groups.stream().filter(group -> group.classes().contains(test.substring(0, test.indexOf('#')))).allMatch(Group::isRun);
    }

    private boolean ranAndPassed(String test) {
        String[] parts = test.split("#", -1);
        Tally tally = reports.of(parts[0], parts[1]);
        return tally.cases() > 0 && tally.failures() == 0;
    }

    private String page() {
        StringBuilder page = new StringBuilder("""
                # Security tests

                What is tried against the gateway on every build; with a real provider and a real browser in the profile `idp`. The `slow`
                profile compares this page with the tables it is made of, and these with the reports of all tests: a class or test that is
                named and did not run and pass fails the build, which prints the cases of each group. `-Dsallyport.regenerate=true` writes
                the page anew. A mutant is a check that is disabled on purpose; [mutants](mutants.md) says for each which test notices.

                | group | mutants | classes |
                |---|---|---|
                """);
        groups.forEach(group -> page.append(group.row(mutants)));
        page.append("| **all** | ").append(mutants.size()).append(" | |\n");
        page.append("""

                ## Flaws of others

                What went wrong in gateways and libraries of our field, and what keeps it from happening here. A test that is named
                runs and passes in every build.

                | what went wrong | where it was seen | what holds it off here |
                |---|---|---|
                """);
        flaws.forEach(flaw -> page.append(flaw.row()));
        page.append("""

                ## Clause by clause

                What RFC 8725 (JSON Web Tokens), RFC 9700 (OAuth 2.0), RFC 9449 (DPoP), RFC 8705 (certificates), RFC 9207 (mix-up) and
                OpenID Connect with its back-channel log-out ask of whoever takes tokens or signs browsers in, and of a proxy in front of
                resource servers.

                | what is asked | where | what holds it here |
                |---|---|---|
                """);
        clauses.forEach(clause -> page.append(clause.row()));
        return page.toString();
    }

    private static Stream<String> lines(String name) throws IOException {
        try (InputStream table = Objects.requireNonNull(SecurityPage.class.getResourceAsStream("/security/" + name), name)) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).toList().stream();
        }
    }
}
