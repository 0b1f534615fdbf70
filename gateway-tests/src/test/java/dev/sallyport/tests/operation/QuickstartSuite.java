package dev.sallyport.tests.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Json;
import dev.sallyport.tests.harness.Quickstart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The README's first command: every line that it prints is run, by a shell and the real curl, as a reader would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class QuickstartSuite {
    private static final Pattern REFUSED = Pattern.compile("\\((?:(?<status>4[0-9][0-9]) [a-z_]+|TLS alert (?<alert>[a-z_]+))\\)");
    private static final Set<String> VARYING = Set.of("host", "user-agent", "traceparent", "x-request-id", "x-forwarded-host", "x-auth-key-id");
    private final Quickstart quickstart = Quickstart.start();

    @AfterAll
    void stop() {
        quickstart.close();
    }

    @Test
    void everyPatternHasLinesThatWorkExpiredOnesAndTheGoodCredentialOnTheWrongRoute() {
        for (String credential : List.of("X-API-Key: ", "Bearer ", "X-Signature-256: ", "--cert ")) {
            List<Quickstart.Line> lines = quickstart.lines().stream().filter(line -> line.command().contains(credential)).toList();
            assertThat(lines).describedAs(credential)
                    .anyMatch(line -> line.promise() == Quickstart.Promise.WORKS)
                    .anyMatch(line -> line.promise() == Quickstart.Promise.REFUSED && line.introduction().contains(": an expired "))
                    .anyMatch(line -> line.promise() == Quickstart.Promise.REFUSED && line.introduction().contains(": the good "))
                    .hasSizeGreaterThan(3);
        }
    }

    @Test
    void everyPrintedLineDoesWhatItPromises() {
        for (Quickstart.Line line : quickstart.lines()) {
            switch (line.promise()) {
                case WORKS -> assertThat(quickstart.status(line.command())).describedAs(line.toString()).isEqualTo(200);
                case REFUSED -> assertRefusedAsPrinted(line);
            }
        }
    }

    private void assertRefusedAsPrinted(Quickstart.Line line) {
        Matcher promised = REFUSED.matcher(line.introduction());
        assertThat(promised.find()).describedAs(line.toString()).isTrue();
        if (promised.group("status") != null) {
            assertThat(quickstart.status(line.command())).describedAs(line.toString()).isEqualTo(Integer.parseInt(promised.group("status")));
        } else {
            CommandLine.Outcome outcome = quickstart.run(line.command());
            assertThat(outcome.status()).describedAs(line.toString()).isNotZero();
            assertThat(outcome.out()).describedAs(line.toString()).isEmpty();
            assertThat(outcome.err()).describedAs(line.toString()).contains("alert").contains(promised.group("alert").replace('_', ' '));
        }
    }

    @Test
    void tokenOfTheGatewaysOwnOpensItsRoute() {
        Quickstart.Line asked = quickstart.lines().stream().filter(line -> line.introduction().startsWith("# accepted: an access token")).findFirst().orElseThrow();
        String token = Json.parse(quickstart.run(asked.command()).out()).get("access_token").asText();
        String good = accepted("a JSON Web Token").command();
        String withToken = good.replaceAll("Bearer [^']+", "Bearer " + token).replace("/users/me", "/services/stock");
        assertThat(quickstart.status(withToken)).isEqualTo(200);
        assertThat(Json.parse(quickstart.run(withToken).out()).get("headers").toString()).containsIgnoringCase("\"x-auth-subject\":\"demo-service\"");
        assertThat(quickstart.status(withToken.replace("/services/stock", "/users/me"))).isEqualTo(401);
    }

    @Test
    void upstreamReceivesExactlyTheHeadersOfEachPattern() {
        assertThat(received("an API key")).containsExactlyInAnyOrder(
                "accept: */*", "host", "user-agent", "traceparent", "x-request-id", "x-forwarded-for: 127.0.0.1", "x-forwarded-host",
                "x-forwarded-proto: https", "x-auth-subject: demo-partner", "x-auth-method: api_key", "x-auth-authenticator: partners",
                "x-auth-scopes: read:demo", "x-auth-key-id");
        assertThat(received("a JSON Web Token")).containsExactlyInAnyOrder(
                "accept: */*", "host", "user-agent", "traceparent", "x-request-id", "x-forwarded-for: 127.0.0.1", "x-forwarded-host",
                "x-forwarded-proto: https", "x-auth-subject: alice", "x-auth-method: jwt", "x-auth-authenticator: users",
                "x-auth-scopes: read:demo", "x-auth-key-id", "x-auth-issuer: https://issuer.quickstart.example");
        assertThat(received("a signed request")).containsExactlyInAnyOrder(
                "accept: */*", "host", "user-agent", "traceparent", "x-request-id", "x-forwarded-for: 127.0.0.1", "x-forwarded-host",
                "x-forwarded-proto: https", "x-auth-subject: payments", "x-auth-method: hmac", "x-auth-authenticator: payments", "x-auth-key-id",
                "content-length: 27", "content-type: application/json");
        assertThat(received("a client certificate")).containsExactlyInAnyOrder(
                "accept: */*", "host", "user-agent", "traceparent", "x-request-id", "x-forwarded-for: 127.0.0.1", "x-forwarded-host",
                "x-forwarded-proto: https", "x-auth-subject: spiffe://demo.example/ns/shop/sa/orders", "x-auth-method: mtls",
                "x-auth-authenticator: mesh", "x-auth-key-id");
    }

    /** What the echo upstream got for the accepted line of this name; the values that differ from run to run are left out. */
    private List<String> received(String name) {
        List<String> fields = new ArrayList<>();
        Json.parse(quickstart.run(accepted(name).command()).out()).get("headers").properties().forEach(field -> {
            String folded = field.getKey().toLowerCase(Locale.ROOT);
            fields.add(VARYING.contains(folded) ? folded : folded + ": " + field.getValue().asText());
        });
        return fields;
    }

    private Quickstart.Line accepted(String name) {
        return quickstart.lines().stream().filter(line -> line.introduction().equals("# accepted: " + name)).findFirst().orElseThrow();
    }
}
