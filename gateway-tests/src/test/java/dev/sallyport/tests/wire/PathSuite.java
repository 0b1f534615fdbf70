package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.head;
import static dev.sallyport.tests.harness.Requests.lines;
import static dev.sallyport.tests.harness.Requests.post;
import static dev.sallyport.tests.harness.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Reply;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PathSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
            upstreams:
              default: { targets: [ "@upstream@" ] }
            routes:
              public: { match: { host: api.example.com, path: /public/** }, auth: none, upstream: default }
              admin: { match: { host: api.example.com, path: /admin/** }, auth: partners, upstream: default }
              deeper: { match: { host: api.example.com, path: /public/private/** }, auth: partners, upstream: default }
              exact: { match: { host: api.example.com, path: /public/private/open }, auth: none, upstream: default }
              segment: { match: { host: api.example.com, path: /users/*/photo }, auth: none, upstream: default }
              captured: { match: { host: api.example.com, path: "/teams/{team}/list" }, auth: none, upstream: default }
              stripped: { match: { host: api.example.com, path: /v1/** }, auth: none, upstream: default, rewrite: { stripPrefix: /v1 } }
              reads: { match: { host: api.example.com, path: /things, methods: [GET, POST] }, auth: none, upstream: default }
              versioned: { match: { host: api.example.com, path: /things, methods: [GET], headers: { X-Version: "2" } }, auth: partners, upstream: default }
              slashes: { match: { host: api.example.com, path: /keep/** }, auth: none, upstream: default, path: { encodedSlash: keep, duplicateSlashes: keep } }
              strict: { match: { host: api.example.com, path: /strict/** }, auth: none, upstream: default, path: { duplicateSlashes: reject } }
              wildcard: { match: { host: "*.example.com", path: /w/** }, auth: none, upstream: default }
              anyhost: { match: { path: /w/** }, auth: partners, upstream: default }
            """;
    private final Fixture fixture = new Fixture();

    PathSuite() {
        fixture.write("api-keys.yaml", "keys: []\n");
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

    @ParameterizedTest
    @ValueSource(strings = {
        "/public/..%2fadmin/x", "/public/%2e%2e/admin/x", "/public/%2E./admin/x", "/public/.%2e/admin/x", "/public/%2e/admin",
        "/public/..;/admin/x", "/public/..;a=b/admin/x", "/public/.;/x", "/public/.;", "/public\\..\\admin", "/public/%5c..%5cadmin", "/public/%5C",
        "/public/a%2Fb", "/public/a%2fb", "/public/%00", "/public/a%00.js", "/public/%0a", "/public/%0d%0aX-Auth-Subject:%20root", "/public/%1f", "/public/%7F",
        "/..", "/../admin", "/public/../../admin", "/../../..", "/public/%", "/public/%2", "/public/%zz", "/public/%u0041", "/public/%%32e",
        "/strict//x", "/strict/a//b",
    })
    void aPathThatCanBeReadInTwoWaysIsRefused(String target) {
        Reply reply = fixture.exchange(get(target));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(fixture.gateway().reasonOf(reply)).isIn("path_ambiguous", "target_malformed");
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/public/a\u0001b", "/public/a\u007fb", "/public/\u00e4", "/public/a\tb", "public/a", "http:http://api.example.com/admin", "http:/public", "*", "api.example.com:443",
        "http://api.example.com\\@other/public/a", "http://user@api.example.com/public/a", "http:///public/a", "ftp://api.example.com/public/a", "/public/#frag", "/public/a#/../admin",
    })
    void aTargetInNoAllowedFormIsRefused(String target) {
        try (var client = fixture.plain()) {
            Reply reply = client.exchange(get(target));
            assertThat(reply.status()).isEqualTo(400);
        }
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/public/a, /public/a",
        "/public, /public",
        "/public/, /public/",
        "/public//a, /public/a",
        "/public///a//b/, /public/a/b/",
        "/public/./a, /public/a",
        "/public/x/../a, /public/a",
        "/admin/../public/a, /public/a",
        "/public/%61%2D%7e, /public/a-~",
        "/public/%e4%bd%a0, /public/%E4%BD%A0",
        "/public/a%20b, /public/a%20b",
        "/public/a;v=1/b, /public/a;v=1/b",
        "/public/a?x=%2f..%2e&y=//, /public/a?x=%2f..%2e&y=//",
        "/public/?, /public/?",
        "/public/a?b?c, /public/a?b?c",
        "/keep/a%2fb, /keep/a%2Fb",
        "/keep//a, /keep//a",
        "/v1/orders/7?q=1, /orders/7?q=1",
        "/v1, /",
        "/v1/, /",
        "/v1//orders, /orders",
        "/users/7/photo, /users/7/photo",
        "/teams/red/list, /teams/red/list",
    })
    void whatWasMatchedIsWhatGoesUp(String sent, String seen) {
        Reply reply = fixture.exchange(get(sent));
        assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(200);
        assertThat(fixture.upstream().received()).singleElement().satisfies(one -> assertThat(one.target()).isEqualTo(seen));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/admin/x", "/admin", "/admin/", "//admin/x", "/public/../admin/x", "/%61dmin/x", "/./admin", "/public/private/x", "/public//private/x", "/public/priv%61te/x",
        "/public/x/../private/x", "/public/private/open/", "/public/private/./x",
    })
    void noSpellingReachesAProtectedRouteUnauthenticated(String target) {
        Reply reply = fixture.exchange(get(target));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void theMostSpecificRouteWins() {
        assertThat(fixture.exchange(get("/public/private/open")).status()).isEqualTo(200);
        assertThat(fixture.exchange(get("/public/privateer")).status()).isEqualTo(200);
        assertThat(fixture.exchange(get("/things")).status()).isEqualTo(200);
        assertThat(fixture.exchange(get("/things", "X-Version: 2")).status()).isEqualTo(401);
        assertThat(fixture.exchange(post("/things", "x", "X-Version: 2")).status()).isEqualTo(200);
        assertThat(fixture.exchange(lines("GET /w/a HTTP/1.1", "Host: foo.example.com")).status()).isEqualTo(200);
        assertThat(fixture.exchange(lines("GET /w/a HTTP/1.1", "Host: FOO.Example.com:8080")).status()).isEqualTo(200);
        assertThat(fixture.exchange(lines("GET /w/a HTTP/1.1", "Host: elsewhere.test")).status()).isEqualTo(401);
        assertThat(fixture.exchange(lines("GET /w/a HTTP/1.1", "Host: example.com")).status()).isEqualTo(401);
    }

    @Test
    void anAbsoluteFormTargetNamesTheHostAndMustAgreeWithIt() {
        assertThat(fixture.exchange(get("http://api.example.com/public/abs")).status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/public/abs").target()).isEqualTo("/public/abs");
        Reply refused = fixture.exchange(get("http://other.example.com/public/abs"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(fixture.gateway().reasonOf(refused)).isEqualTo("host_invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/nothing", "/publicly", "/users/7/8/photo", "/users//photo", "/things/", "/teams/list", "/V1/orders", "/PUBLIC/a"})
    void whatNoRouteMatchesIsNotFound(String target) {
        Reply reply = fixture.exchange(get(target));
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.code()).isEqualTo("not_found");
        assertThat(fixture.gateway().accessLine(reply.requestId()).path("route").asText()).isIn("_none", "");
    }

    @Test
    void anotherMethodIsToldWhichAreAllowed() {
        Reply reply = fixture.exchange(request("DELETE", "/things", ""));
        assertThat(reply.status()).isEqualTo(405);
        assertThat(List.of(reply.field("Allow").orElse("").split(",\\s*"))).contains("GET", "HEAD", "POST");
        assertThat(reply.code()).isEqualTo("method_not_allowed");
    }

    @Test
    void getImpliesHead() {
        fixture.upstream().on("/things", call -> {
            call.content();
            call.write(call.head().method().equals("HEAD") ? "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        Reply reply = fixture.exchange(head("/things"));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.field("Content-Length")).contains("7");
        assertThat(fixture.upstream().only("/things").method()).isEqualTo("HEAD");
    }
}
