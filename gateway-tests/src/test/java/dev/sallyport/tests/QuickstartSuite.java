package dev.sallyport.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Quickstart;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The README's first command: every line that it prints is run, by a shell and the real curl, as a reader would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class QuickstartSuite {
    private final Quickstart quickstart = Quickstart.start();

    @AfterAll
    void stop() {
        quickstart.close();
    }

    @Test
    void everyPatternHasLinesThatWorkAndLinesThatAreRefused() {
        for (Quickstart.Promise promise : Quickstart.Promise.values()) {
            List<String> commands = quickstart.lines().stream().filter(line -> line.promise() == promise).map(Quickstart.Line::command).toList();
            assertThat(commands).describedAs(promise.toString()).anyMatch(command -> command.contains("X-API-Key"));
            assertThat(commands).describedAs(promise.toString()).anyMatch(command -> command.contains("Bearer"));
            assertThat(commands).describedAs(promise.toString()).anyMatch(command -> command.contains("ignature"));
        }
        assertThat(quickstart.lines()).anyMatch(line -> line.command().contains("--cert"));
    }

    @Test
    void everyPrintedLineDoesWhatItPromises() {
        for (Quickstart.Line line : quickstart.lines()) {
            int status = quickstart.status(line.command());
            switch (line.promise()) {
                case WORKS -> assertThat(status).describedAs(line.toString()).isEqualTo(200);
                case REFUSED -> assertThat(status).describedAs(line.toString()).isBetween(400, 499);
            }
        }
    }

    @Test
    void theEchoShowsTheIdentityAndNoCredential() {
        for (Quickstart.Line line : quickstart.lines()) {
            if (line.promise() == Quickstart.Promise.WORKS && line.command().contains("X-API-Key: ")) {
                CommandLine.Outcome outcome = quickstart.run(line.command());
                assertThat(outcome.out()).containsIgnoringCase("x-auth-subject").containsIgnoringCase("x-request-id").containsIgnoringCase("x-forwarded-for");
                assertThat(outcome.out()).doesNotContainIgnoringCase("x-api-key");
            }
        }
    }
}
