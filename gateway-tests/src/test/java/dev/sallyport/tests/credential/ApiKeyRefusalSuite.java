package dev.sallyport.tests.credential;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Refusal;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.ApiKeys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which an API key can be wrong, and keys that end while their connection lives. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApiKeyRefusalSuite {
    private static final String KEY = "alice-key-0123456789";
    private static final String OURS = "sp_k1_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg";
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
              others:
                apiKey: { header: X-Other-Key, store: { file: other-keys.yaml } }
            upstreams:
              orders: { targets: [ "@upstream@" ] }
            routes:
              keys: { match: { path: /keys/** }, auth: partners, upstream: orders }
              either: { match: { path: /either/** }, auth: { any: [partners, others] }, upstream: orders }
              both: { match: { path: /both/** }, auth: { all: [partners, others] }, upstream: orders }
            """;

    private final Fixture fixture = new Fixture();

    ApiKeyRefusalSuite() {
        fixture.write("api-keys.yaml", keys(""));
        fixture.write("other-keys.yaml", "keys:\n" + ApiKeys.entry("o-1", "other-key-0123456789", "olga", ""));
        fixture.start(CONFIG);
    }

    private static String keys(String more) {
        return "keys:\n" + ApiKeys.entry("k-alice", KEY, "alice", "") + ApiKeys.entry("k-off", "revoked-key-01234567", "bob", ", active: false")
                + ApiKeys.entry("k-old", "expired-key-01234567", "bob", ", expiresAt: " + Instant.now().minusSeconds(1))
                + ApiKeys.entry("k-new", "future-key-012345678", "bob", ", notBefore: " + Instant.now().plusSeconds(3600))
                + ApiKeys.entry("k-both", "revoked-expired-0123", "bob", ", active: false, expiresAt: 2020-01-01T00:00:00Z")
                // What a script writes whose variable is unset: the hash of nothing.
                + ApiKeys.entry("k-empty", "", "nobody", "") + ApiKeys.entry("k-long", "x".repeat(513), "nobody", "")
                + ApiKeys.entry("k-comma", "comma,key-0123456789", "nobody", "") + more;
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
    }

    private static String key(String value) {
        return get("/keys/a", "X-API-Key: " + value);
    }

    Stream<Refusal> refusals() {
        List<Refusal> all = new ArrayList<>();
        String[][] unknown = {
            {"a stranger's", "nobody-has-this-key-0"}, {"without its last letter", KEY.substring(0, 19)}, {"without its first", KEY.substring(1)}, {"with a letter more", KEY + "0"},
            {"another last letter", KEY.substring(0, 19) + "8"}, {"another first letter", "b" + KEY.substring(1)}, {"in upper case", "ALICE-KEY-0123456789"}, {"a space within", "alice-key 0123456789"},
            {"percent-encoded", KEY.replace("-", "%2D")}, {"in quotes", "\"" + KEY + "\""}, {"in base64", Base64.getEncoder().encodeToString(KEY.getBytes(StandardCharsets.US_ASCII))},
            {"its id", "k-alice"}, {"its hash", ApiKeys.sha256(KEY)}, {"its hash as the file has it", "sha256:" + ApiKeys.sha256(KEY)}, {"with a scheme", "Bearer " + KEY},
            {"with a semicolon", KEY + ";x"}, {"with bytes beyond ASCII", KEY + "\u00e9"}, {"of another authenticator", "other-key-0123456789"}, {"`null`", "null"}, {"a star", "*"},
        };
        for (String[] one : unknown) {
            all.add(new Refusal("key " + one[0], "tyk#7665, murmur3 (security of look-ups)", "api_key_unknown", key(one[1])));
        }
        String[][] malformed = {
            {"empty, whose hash is in the file", ""}, {"of 513 letters, whose hash is in the file", "x".repeat(513)}, {"of 20 KiB", "y".repeat(20_000)},
            {"ours without a checksum", OURS}, {"ours with a wrong checksum", OURS + "000000"}, {"ours cut short", "sp_k1_0123"}, {"ours without a secret", "sp_k1_"}, {"ours with a bad id", "sp_-k_" + OURS.substring(6) + "000000"},
        };
        for (String[] one : malformed) {
            all.add(new Refusal("key " + one[0], "GHSA-c32j-vqhx-rx3x, checksum", "api_key_malformed", key(one[1])));
        }
        all.add(new Refusal("revoked", "revocation", "api_key_inactive", key("revoked-key-01234567")));
        all.add(new Refusal("expired a second ago", "expiry", "api_key_expired", key("expired-key-01234567")));
        all.add(new Refusal("of the next hour", "not before", "api_key_not_yet_valid", key("future-key-012345678")));
        all.add(new Refusal("revoked and expired", "revocation first", "api_key_inactive", key("revoked-expired-0123")));
        all.addAll(places());
        return all.stream();
    }

    private static List<Refusal> places() {
        String rule = "RFC 9110 §5.3";
        String missing = "credentials_missing";
        return List.of(
                new Refusal("twice the same", rule, "credentials_ambiguous", get("/keys/a", "X-API-Key: " + KEY, "X-API-Key: " + KEY)),
                new Refusal("twice, the second in other letters", rule, "credentials_ambiguous", get("/keys/a", "X-API-Key: " + KEY, "x-aPi-kEY: x")),
                new Refusal("a list", rule, "credentials_ambiguous", key(KEY + ", " + KEY)),
                new Refusal("a comma, whose hash is in the file", rule, "credentials_ambiguous", key("comma,key-0123456789")),
                new Refusal("an underscore for a dash", "CVE-2025-64484", missing, get("/keys/a", "X_API_Key: " + KEY)),
                new Refusal("a dot for a dash", "CVE-2026-88011", missing, get("/keys/a", "X.API.Key: " + KEY)),
                new Refusal("in Authorization", "RFC 9110 §11.6.2", missing, get("/keys/a", "Authorization: ApiKey " + KEY)),
                new Refusal("in a cookie", "RFC 6265", missing, get("/keys/a", "Cookie: X-API-Key=" + KEY)),
                new Refusal("in a trailer", "CVE-2026-88004", missing,
                        lines("POST /keys/a HTTP/1.1", "Host: api.example.com", "Transfer-Encoding: chunked", "Trailer: X-API-Key") + "0\r\nX-API-Key: " + KEY + "\r\n\r\n"),
                new Refusal("in the query under the header's name", "RFC 9700 §4.3.2", "credentials_in_url", get("/keys/a?x-api-key=" + KEY)),
                new Refusal("in the field of another authenticator", "GHSA-4mq7-pvjg-xp2r", "api_key_unknown", get("/either/a", "X-Other-Key: " + KEY)),
                new Refusal("good beside a bad one of another", "never skipped", "api_key_unknown", get("/either/a", "X-API-Key: " + KEY, "X-Other-Key: bad-key-0123456789")),
                new Refusal("one of two that are needed", "all", missing, get("/both/a", "X-API-Key: " + KEY)),
                new Refusal("two that are needed, the second bad", "all", "api_key_unknown", get("/both/a", "X-API-Key: " + KEY, "X-Other-Key: " + KEY)));
    }

    @Test
    void noTwoCasesAreTheSame() {
        List<Refusal> all = refusals().toList();
        assertThat(all).hasSizeGreaterThan(40);
        assertThat(all.stream().map(Refusal::name)).doesNotHaveDuplicates();
        assertThat(all.stream().map(Refusal::credential)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aWrongKeyIsRefusedForItsReason(Refusal refusal) {
        refusal.assertRefused(fixture, refusal.credential());
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-API-Key:" + KEY, "x-api-key: \t" + KEY + "\t ", "X-API-KEY: " + KEY})
    void whitespaceAboutAKeyAndTheCaseOfItsNameDoNotCount(String line) {
        assertThat(fixture.exchange(get("/keys/a", line)).status()).isEqualTo(200);
    }

    private void assertRefusedOn(RawClient live, String key, String reason) {
        fixture.upstream().forget();
        Reply reply = live.exchange(key(key));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void aKeyThatExpiresIsRefusedOnItsLiveConnection() {
        String brief = "brief-key-0123456789";
        fixture.changeFile("api-keys.yaml", keys(ApiKeys.entry("k-brief", brief, "carol", ", expiresAt: " + Instant.now().plusSeconds(2))));
        try (RawClient live = fixture.plain()) {
            assertThat(live.exchange(key(brief)).status()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(6)).pollInterval(Duration.ofMillis(100)).until(() -> live.exchange(key(brief)).status() == 401);
            assertRefusedOn(live, brief, "api_key_expired");
        }
    }

    @Test
    void aKeyThatIsRevokedOrTakenOutIsRefusedOnItsLiveConnection() {
        String late = "late-key-01234567890";
        fixture.changeFile("api-keys.yaml", keys(ApiKeys.entry("k-late", late, "carol", "")));
        try (RawClient live = fixture.plain()) {
            assertThat(live.exchange(key(late)).status()).isEqualTo(200);
            fixture.changeFile("api-keys.yaml", keys(ApiKeys.entry("k-late", late, "carol", ", active: false")));
            assertRefusedOn(live, late, "api_key_inactive");
            fixture.changeFile("api-keys.yaml", keys(""));
            assertRefusedOn(live, late, "api_key_unknown");
        }
    }

    @Test
    void aBrokenKeyFileLeavesTheRevokedRevokedAndTheGoodGood() {
        for (String broken : List.of("keys:\n  - {", "keys: 1\n", keys("").substring(0, 100), keys(ApiKeys.entry("k-alice", "x", "y", "")))) {
            fixture.change(() -> fixture.write("api-keys.yaml", broken), "refused");
            assertThat(fixture.exchange(key(KEY)).status()).isEqualTo(200);
            assertThat(fixture.exchange(key("revoked-key-01234567")).status()).isEqualTo(401);
        }
        fixture.changeFile("api-keys.yaml", keys(""));
    }
}
