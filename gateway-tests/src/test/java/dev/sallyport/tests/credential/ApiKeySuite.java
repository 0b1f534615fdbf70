package dev.sallyport.tests.credential;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.CommandLine.Outcome;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.ApiKeys;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApiKeySuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0", token: admin-token-for-the-tests }
            authenticators:
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
              made:
                apiKey: { header: X-Made-Key, store: { file: made-keys.yaml } }
            upstreams:
              orders: { targets: [ "@upstream@" ] }
            routes:
              keys: { match: { path: /keys/** }, auth: partners, upstream: orders }
              scoped: { match: { path: /scoped/** }, auth: { any: [partners], scopes: [write:orders] }, upstream: orders }
              seen: { match: { path: /seen/** }, auth: partners, upstream: orders, forwardCredential: true }
              made: { match: { path: /made/** }, auth: made, upstream: orders }
            """;
    private static final String KEYS = "keys:\n"
            + ApiKeys.entry("k-alice", "alice-key-0123456789", "alice", ", scopes: [read:orders, list:orders]")
            + ApiKeys.entry("k-alice-2", "alice-second-key-012", "alice", ", scopes: [write:orders]")
            + ApiKeys.entry("k-off", "revoked-key-01234567", "bob", ", active: false")
            + ApiKeys.entry("k-old", "expired-key-01234567", "bob", ", expiresAt: 2020-01-01T00:00:00Z")
            + ApiKeys.entry("k-new", "future-key-012345678", "bob", ", notBefore: 2099-01-01T00:00:00Z");

    private final Fixture fixture = new Fixture();

    ApiKeySuite() {
        fixture.write("api-keys.yaml", KEYS);
        fixture.write("made-keys.yaml", "keys: []\n");
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
    }

    @Test
    void aKnownKeyIsForwardedWithItsIdentityAndWithoutTheKey() {
        Reply reply = fixture.exchange(get("/keys/a", "X-API-Key: alice-key-0123456789"));
        assertThat(reply.status()).isEqualTo(200);
        Received received = fixture.upstream().only("/keys/a");
        assertThat(received.field("X-Auth-Subject")).contains("alice");
        assertThat(received.field("X-Auth-Method")).contains("api_key");
        assertThat(received.field("X-Auth-Authenticator")).contains("partners");
        assertThat(received.field("X-Auth-Scopes")).contains("read:orders list:orders");
        assertThat(received.field("X-Auth-Key-Id")).contains("k-alice");
        assertThat(received.field("X-Auth-Issuer")).isEmpty();
        assertThat(received.values("X-API-Key")).isEmpty();
    }

    @Test
    void severalKeysOfOneSubjectEachCarryTheirOwnScopes() {
        assertThat(fixture.exchange(get("/scoped/a", "X-API-Key: alice-second-key-012")).status()).isEqualTo(200);
        Reply refused = fixture.exchange(get("/scoped/b", "X-API-Key: alice-key-0123456789"));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("forbidden");
        assertThat(fixture.gateway().reasonOf(refused)).isEqualTo("scope_insufficient");
        assertThat(fixture.upstream().received("/scoped/b")).isEmpty();
    }

    @Test
    void aRouteMayForwardTheCredential() {
        fixture.exchange(get("/seen/a", "X-API-Key: alice-key-0123456789"));
        assertThat(fixture.upstream().only("/seen/a").values("X-API-Key")).containsExactly("alice-key-0123456789");
    }

    @Test
    void aMissingKeyIsChallengedWithoutAnError() {
        Reply reply = fixture.exchange(get("/keys/none"));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.challenges()).containsExactly("ApiKey realm=\"keys\", header=\"X-API-Key\"");
        assertThat(reply.field("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(reply.field("Cache-Control")).contains("no-store");
        assertThat(reply.code()).isEqualTo("unauthorized");
        assertThat(reply.json().path("status").asInt()).isEqualTo(401);
        assertThat(reply.json().has("type") && reply.json().has("title")).isTrue();
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("credentials_missing");
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "nobody-has-this-key-0, api_key_unknown",
        "revoked-key-01234567, api_key_inactive",
        "expired-key-01234567, api_key_expired",
        "future-key-012345678, api_key_not_yet_valid",
        "sp_abcdef_0123456789, api_key_malformed",
    })
    void aBadKeyIsRefusedWithItsReasonInTheLogAlone(String key, String reason) {
        Reply reply = fixture.exchange(get("/keys/bad", "X-API-Key: " + key));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.text()).doesNotContain(reason).doesNotContain(key);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
        JsonNode audit = fixture.gateway().auditLine(reply.requestId());
        assertThat(audit.path("outcome").asText()).isEqualTo("rejected");
        assertThat(audit.path("reason").asText()).isEqualTo(reason);
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "X-API-Key: alice-key-0123456789\r\nX-API-Key: alice-key-0123456789",
        "X-API-Key: alice-key-0123456789\r\nx-api-key: other",
        "X-API-Key: alice-key-0123456789, other",
        "X-API-Key: alice-key-0123456789\r\nX-API-Key:",
    })
    void aKeyThatComesTwiceIsAmbiguous(String lines) {
        Reply reply = fixture.exchange(get("/keys/twice", lines));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("credentials_ambiguous");
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "api_key=x", "apikey=x", "ApiKey=x", "access_token=x", "token=x", "TOKEN=x", "X-API-Key=x", "x-api-key=x", "a=b&api_key=x",
        "%61pi_key=x", "access%5Ftoken=x", "access%5ftoken", "a=b&&token=",
    })
    void aCredentialInTheUrlIsRefusedEvenBesideAGoodKey(String query) {
        Reply reply = fixture.exchange(get("/keys/url?" + query, "X-API-Key: alice-key-0123456789"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("credentials_in_url");
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void aChangedKeyFileIsTakenUp() {
        String late = "late-key-01234567890";
        assertThat(fixture.exchange(get("/keys/late", "X-API-Key: " + late)).status()).isEqualTo(401);
        fixture.changeFile("api-keys.yaml", KEYS + ApiKeys.entry("k-late", late, "carol", ""));
        assertThat(fixture.exchange(get("/keys/late", "X-API-Key: " + late)).status()).isEqualTo(200);
        fixture.changeFile("api-keys.yaml", KEYS);
        Reply reply = fixture.exchange(get("/keys/late", "X-API-Key: " + late));
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("api_key_unknown");
    }

    @Test
    void keysAreCreatedListedRotatedAndRevokedOnTheCommandLine() {
        String[] created = new String[1];
        fixture.change(() -> created[0] = keys("create", "--subject", "dora", "--id", "d1", "--scope", "read:orders").out(), "applied");
        String first = created[0].strip();
        assertThat(created[0]).matches("sp_d1_\\S+\\n");
        assertThat(first.length()).isGreaterThan(30);
        assertThat(fixture.exchange(get("/made/a", "X-Made-Key: " + first)).status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/made/a").field("X-Auth-Subject")).contains("dora");

        String typo = first.substring(0, first.length() - 1) + (first.endsWith("A") ? "B" : "A");
        assertThat(fixture.gateway().reasonOf(fixture.exchange(get("/made/typo", "X-Made-Key: " + typo)))).isEqualTo("api_key_malformed");

        assertThat(keys("list").out()).contains("d1", "dora").doesNotContain(first);

        fixture.change(() -> created[0] = keys("rotate", "d1", "--overlap", "7d").out(), "applied");
        String second = created[0].strip();
        assertThat(second).startsWith("sp_").isNotEqualTo(first);
        assertThat(fixture.exchange(get("/made/b", "X-Made-Key: " + first)).status()).isEqualTo(200);
        assertThat(fixture.exchange(get("/made/c", "X-Made-Key: " + second)).status()).isEqualTo(200);

        fixture.change(() -> keys("revoke", "d1"), "applied");
        assertThat(fixture.gateway().reasonOf(fixture.exchange(get("/made/d", "X-Made-Key: " + first)))).isEqualTo("api_key_inactive");
        assertThat(fixture.exchange(get("/made/e", "X-Made-Key: " + second)).status()).isEqualTo(200);

        fixture.change(() -> keys("import", "--subject", "eve", "--hash", "sha256:" + ApiKeys.sha256("imported-key-0123456")), "applied");
        assertThat(fixture.exchange(get("/made/f", "X-Made-Key: imported-key-0123456")).status()).isEqualTo(200);
        assertThat(fixture.gateway().everythingWritten()).doesNotContain(first, second, "imported-key-0123456");
    }

    private Outcome keys(String verb, String... more) {
        String[] words = new String[more.length + 4];
        words[0] = "keys";
        words[1] = verb;
        words[2] = "--store";
        words[3] = fixture.folder().resolve("made-keys.yaml").toString();
        System.arraycopy(more, 0, words, 4, more.length);
        Outcome outcome = CommandLine.sallyport(fixture.folder(), words);
        assertThat(outcome.status()).describedAs(outcome.toString()).isZero();
        return outcome;
    }

    @Test
    void usageOfEachKeyIsCountedOnTheAdminPortForWhoHasTheToken() {
        fixture.exchange(get("/keys/used", "X-API-Key: alice-key-0123456789"));
        assertThat(fixture.admin("/usage").status()).isEqualTo(401);
        assertThat(fixture.admin("/usage", "Authorization: Bearer wrong").status()).isEqualTo(401);
        Reply usage = fixture.admin("/usage", "Authorization: Bearer admin-token-for-the-tests");
        assertThat(usage.status()).isEqualTo(200);
        assertThat(usage.text()).contains("k-alice").doesNotContain("alice-key-0123456789");
        assertThat(fixture.gateway().metrics().text()).doesNotContain("k-alice");
    }
}
