package dev.sallyport.tests.oauth;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.TokenEndpoint;

/** A gateway that fetches tokens for its upstream, the server that gives them out, and the upstream that is shown them. */
final class LendingGateway implements AutoCloseable {
    static final String KEY = "X-API-Key: good-key-0123456789";
    static final String ADMIN = "Authorization: Bearer the-admin-token-of-the-tests";
    private static final String COMMON = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0", token: the-admin-token-of-the-tests }
            """;
    private final Fixture fixture = new Fixture();
    private final TokenEndpoint tokens = new TokenEndpoint();

    /** In configurations {@code @tokens@} is where the server is asked, and {@code api-keys.yaml} has {@link #KEY}. */
    LendingGateway() {
        fixture.word("tokens", tokens.url());
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k1", "good-key-0123456789", "partner", ""));
    }

    /** @param config but for listeners and admin */
    void start(String config) {
        fixture.start(COMMON + config);
    }

    void reload(String config) {
        fixture.reload(COMMON + config);
    }

    CommandLine.Outcome check(String config) {
        return CommandLine.sallyport(fixture.folder(), "check", fixture.write("checked.yaml", COMMON + config).toString());
    }

    Fixture fixture() {
        return fixture;
    }

    TokenEndpoint tokens() {
        return tokens;
    }

    Reply exchange(String path, String... fields) {
        return fixture.exchange(get(path, fields));
    }

    /** What the upstream was shown with this request, in the one field that it has for that. */
    String presented(String path, String... fields) {
        fixture.upstream().forget();
        Reply reply = exchange(path, fields);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(fixture.upstream().only(path).values("Authorization")).hasSize(1);
        return fixture.upstream().only(path).field("Authorization").orElseThrow();
    }

    void assertRefused(Reply reply, int status, String reason) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
    }

    /** All that can be read of it, status included. */
    String everythingWritten() {
        return fixture.gateway().everythingWritten() + fixture.admin("/status", ADMIN).text();
    }

    @Override
    public void close() {
        try {
            fixture.close();
        } finally {
            tokens.close();
        }
    }
}
