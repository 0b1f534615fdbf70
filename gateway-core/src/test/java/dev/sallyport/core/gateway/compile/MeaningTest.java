package dev.sallyport.core.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is well written and yet makes no sense is refused, each with its place. */
final class MeaningTest {
    private static final Path CONFIG = Path.of("/c.yaml");

    private static final String REST = """
            listeners: { http: { bind: "127.0.0.1:8080" } }
            upstreams: { orders: { targets: ["http://127.0.0.1:9000"] } }
            """;

    private final MadeFiles files = new MadeFiles();

    @Test
    void namesThatLeadNowhereAreToldWithTheNearestOne() {
        assertThat(problems(REST + """
                authenticators: { users: { apiKey: { store: { file: api-keys.yaml } } } }
                routes:
                  a: { match: { path: /a }, auth: usres, upstream: orders }
                  b: { match: { path: /b }, auth: { all: [users, { any: [mesh] }] }, upstream: ordres }
                  c: { match: { path: /c }, auth: [users, cards], upstream: orders }
                """)).containsExactly(
                "/c.yaml:5:35: `auth`: nothing in `authenticators` is called `usres` (did you mean `users`?)",
                "/c.yaml:6:58: `any[0]`: nothing in `authenticators` is called `mesh`",
                "/c.yaml:6:80: `upstream`: nothing in `upstreams` is called `ordres` (did you mean `orders`?)",
                "/c.yaml:7:43: `auth[1]`: nothing in `authenticators` is called `cards`");
    }

    @Test
    void whatIsBrokenItselfIsNotMissedAgain() {
        assertThat(problems(REST + """
                authenticators: { users: { apiKey: { store: { file: nowhere.yaml } } } }
                routes: { a: { match: {}, auth: users, upstream: orders } }
                """)).containsExactly("/c.yaml:3:53: `file`: cannot read /nowhere.yaml: there is no such file");
    }

    @Test
    void aProxyHeaderThatNobodyMaySendIsRefused() {
        String requiring = REST.replace("8080\"", "8080\", proxyProtocol: required") + "routes: { a: { match: {}, auth: none, upstream: orders } }\n";
        assertThat(problems(requiring)).containsExactly(
                "/c.yaml:1:61: `proxyProtocol`: needs `trustedProxies`: a PROXY header is taken from them alone");
        assertThat(problems(requiring + "trustedProxies: [nowhere]\n")).singleElement().asString().contains("`trustedProxies").doesNotContain("needs");
    }

    @Test
    void routesThatTieAreRefused() {
        assertThat(problems(REST + """
                routes:
                  a: { match: { path: "/x/{id}" }, auth: none, upstream: orders }
                  b: { match: { path: "/x/*" }, auth: none, upstream: orders }
                """)).containsExactly("/c.yaml:5:3: `b`: ties with `a`: some requests fit both, and neither is more specific");
    }

    @Test
    void aBrokenUpstreamIsOfferedForAMisspeltNameAndHidesNoTie() {
        assertThat(problems("""
                listeners: { http: { bind: "127.0.0.1:8080" } }
                upstreams: { orders: { targets: ["http://127.0.0.1:9000"], responseTimeout: quickly } }
                routes:
                  a: { match: { path: "/x/{id}" }, auth: none, upstream: orders }
                  b: { match: { path: "/x/*" }, auth: none, upstream: ordres }
                """)).containsExactly(
                "/c.yaml:2:77: `responseTimeout`: `quickly` is no duration such as 250ms, 30s, 15m, 24h or 7d",
                "/c.yaml:5:3: `b`: ties with `a`: some requests fit both, and neither is more specific",
                "/c.yaml:5:55: `upstream`: nothing in `upstreams` is called `ordres` (did you mean `orders`?)");
    }

    @Test
    void introspectionThatTrustsTooMuchIsRefused() {
        assertThat(problems(REST + """
                authenticators:
                  a: { introspection: { endpoint: "http://idp.example/i", audiences: [api], client: { id: g, secret: s } } }
                  b: { introspection: { endpoint: "https://idp.example/i", client: { id: g, secret: s } } }
                  c: { introspection: { endpoint: "https://idp.example/i", audiences: [api], client: { id: g } } }
                routes: { a: { match: {}, auth: none, upstream: orders } }
                """)).containsExactly(
                "/c.yaml:4:35: `endpoint`: plain HTTP needs `insecureAllowHttp: true` written out",
                "/c.yaml:5:8: `audiences`: at least one is needed: a token for somebody else must not open this door",
                "/c.yaml:6:78: `client`: exactly one of `secret` and `key` is expected here");
    }

    @Test
    void twoThatTakeWhatIsLeftOverAreRefused() {
        assertThat(problems(REST + """
                authenticators:
                  a: { introspection: { endpoint: "https://idp.example/i", audiences: [api], client: { id: g, secret: s } } }
                  b: { introspection: { endpoint: "https://idp.example/j", audiences: [api], client: { id: g, secret: s } } }
                routes: { a: { match: {}, auth: [a, b], upstream: orders } }
                """)).containsExactly(
                "/c.yaml:6:27: `auth`: two `introspection` of one route would claim each other's tokens; give one of them another `from`");
    }

    @Test
    void claimsThatNobodyBringsAreRefused() {
        assertThat(problems(REST + """
                authenticators: { users: { apiKey: { store: { file: api-keys.yaml } } } }
                routes: { a: { match: {}, auth: { any: [users], claims: { tenant: acme } }, upstream: orders } }
                """)).containsExactly(
                "/c.yaml:4:49: `claims`: can never be satisfied: no authenticator of the chain brings claims, only `jwt`, `introspection` and `oidc` do");
    }

    @Test
    void aShortAdminTokenIsTakenAndTold() {
        MadeFiles shortToken = files.with("/c.yaml", REST + "routes: { a: { match: {}, auth: none, upstream: orders } }\nadmin: { token: short }\n");
        assertThat(Compilation.snapshot(CONFIG, shortToken).notices()).anySatisfy(notice -> assertThat(notice.key()).isEqualTo("admin.token"));
    }

    @Test
    void aStripThatCanNeverApplyIsRefused() {
        assertThat(problems(REST + """
                routes: { a: { match: { path: /v1/x/** }, auth: none, upstream: orders, rewrite: { stripPrefix: /v2 } } }
                """)).containsExactly("/c.yaml:3:97: `stripPrefix`: `/v2` can never apply: not every path of `/v1/x/**` begins with it");
    }

    @Test
    void sharedSecretsForTokensMustBeWrittenOutAndLong() {
        assertThat(problems(REST + """
                authenticators:
                  a: { jwt: { issuer: i, audiences: [x], algorithms: [HS256], keys: { file: public.pem } } }
                  b: { jwt: { issuer: i, audiences: [x], algorithms: [RS256], secret: "${file:secrets/s}" } }
                  c: { jwt: { issuer: i, audiences: [x], algorithms: [HS256], secret: "fifteen--------" } }
                  d: { jwt: { issuer: i, audiences: [x], algorithms: [none], keys: { file: public.pem } } }
                  e: { jwt: { issuer: i, audiences: [], algorithms: [], keys: { file: public.pem, discovery: true } } }
                """)).containsExactly(
                "/c.yaml:4:42: `algorithms`: HS256, HS384 and HS512 need `secret` written out",
                "/c.yaml:4:77: `file`: /public.pem holds no key that fits `algorithms`: none of the allowed algorithms fits a key of RSA",
                "/c.yaml:5:42: `algorithms`: with `secret` only HS256, HS384 and HS512 make sense",
                "/c.yaml:6:71: `secret`: a secret of 15 bytes; at least 16 are needed",
                "/c.yaml:7:55: `algorithms[0]`: `none` is none of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, HS256, HS384, HS512",
                "/c.yaml:8:26: `audiences`: at least one is needed: a token for somebody else must not open this door",
                "/c.yaml:8:41: `algorithms`: at least one is needed: the token must not choose",
                "/c.yaml:8:57: `keys`: exactly one of `jwks`, `discovery`, `file` and `tokenService` is expected here");
    }

    @Test
    void shortWebhookSecretsAreRefused() {
        assertThat(problems(REST + """
                authenticators:
                  a: { hmac: { scheme: github, secrets: { one: fifteen--------, two: "${file:secrets/s}" } } }
                  b: { hmac: { scheme: body, secrets: {} } }
                """)).containsExactly(
                "/c.yaml:4:48: `one`: a secret of 15 bytes; at least 16 are needed",
                "/c.yaml:5:8: `hmac`: `header` is missing: where does `scheme: body` find the signature?",
                "/c.yaml:5:30: `secrets`: at least one is needed");
    }

    @Test
    void aKeyMustBelongToItsCertificate() {
        files.with("/broken.pem", "-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n")
                .with("/cut.pem", MadeFiles.material("api.pem").substring(0, 200));

        assertThat(problems("""
                listeners:
                  a:
                    bind: 127.0.0.1:8443
                    tls:
                      certificates:
                        - { certificate: api.pem, key: shop.key }
                        - { certificate: broken.pem, key: api.key }
                        - { certificate: cut.pem, key: api.pem }
                        - { certificate: nowhere.pem, key: api.key }
                      clientCertificate: { mode: required, ca: authority.pem, crl: clients.crl }
                """)).containsExactly(
                "/c.yaml:6:40: `key`: /shop.key is not the key of the first certificate in /api.pem",
                "/c.yaml:7:26: `certificate`: /broken.pem holds a PEM block that is not base64, or is encrypted in the old way",
                "/c.yaml:8:26: `certificate`: /cut.pem holds no certificate in PEM",
                "/c.yaml:8:40: `key`: /api.pem holds no private key in PEM",
                "/c.yaml:9:26: `certificate`: cannot read /nowhere.pem: there is no such file",
                "/c.yaml:10:68: `crl`: the list of CN=Clients is signed by no authority in `ca`");
    }

    @Test
    void brokenTokenKeysAreRefused() {
        files.with("/cut.pem", "-----BEGIN PUBLIC KEY-----\nMIIBI\n-----END PUBLIC KEY-----\n")
                .with("/private.pem", MadeFiles.material("api.key"));

        assertThat(problems(REST + """
                authenticators:
                  a: { jwt: { issuer: i, audiences: [x], algorithms: [ES256], keys: { file: cut.pem } } }
                  b: { jwt: { issuer: i, audiences: [x], algorithms: [ES256], keys: { file: private.pem } } }
                  c: { jwt: { issuer: i, audiences: [x], algorithms: [ES256], keys: { jwks: "http://a.example/keys" } } }
                """)).containsExactly(
                "/c.yaml:4:77: `file`: /cut.pem: a block `PUBLIC KEY` is not a readable public key or certificate",
                "/c.yaml:5:77: `file`: /private.pem: it holds a private key, which has no business here",
                "/c.yaml:6:77: `jwks`: plain HTTP needs `insecureAllowHttp: true` written out");
    }

    @Test
    void anEmptyChainIsNoChain() {
        assertThat(problems(REST + """
                authenticators: { users: { apiKey: { store: { file: api-keys.yaml } } } }
                routes:
                  a: { match: { path: /a }, auth: [], upstream: orders }
                  b: { match: { path: /b }, auth: {}, upstream: orders }
                  c: { match: { path: /c }, auth: { scopes: [x] }, upstream: orders }
                  d: { match: { path: /d }, auth: { any: [users], all: [users] }, upstream: orders }
                """)).containsExactly(
                "/c.yaml:5:29: `auth`: at least one authenticator is needed",
                "/c.yaml:6:29: `auth`: exactly one of `any` and `all` is expected here; an open route says `auth: none`",
                "/c.yaml:7:29: `auth`: exactly one of `any` and `all` is expected here; an open route says `auth: none`",
                "/c.yaml:8:29: `auth`: exactly one of `any` and `all` is expected here; an open route says `auth: none`");
    }

    @Test
    void listenersMustNotClash() {
        assertThat(problems("""
                listeners:
                  a: { bind: "127.0.0.1:8080" }
                  b: { bind: "127.0.0.1:8080", redirectToHttps: true }
                upstreams: { u: { targets: ["https://a.example", "http://a.example/path"] } }
                identity: { headers: { subject: X-User }, claims: { tenant: x_user, size: Content-Length } }
                """)).containsExactly(
                "/c.yaml:3:14: `bind`: taken already, by `listeners.a.bind`",
                "/c.yaml:3:49: `redirectToHttps`: no listener has `tls`; name the port with `httpsPort`",
                "/c.yaml:4:19: `targets`: all are http, or all are https: else a request would go out in the clear by chance",
                "/c.yaml:4:50: `targets[1]`: a target is http://host:port or https://host:port and nothing else",
                "/c.yaml:5:61: `tenant`: `x_user` is used by `identity.headers.subject` already",
                "/c.yaml:5:75: `size`: `Content-Length` has another meaning");
    }

    @Test
    void termsOfTlsThatWouldNotHoldAreRefused() {
        assertThat(problems("""
                listeners: { http: { bind: "127.0.0.1:8080" } }
                upstreams:
                  clear: { targets: ["http://a.example"], tls: {} }
                  mixed: { targets: ["https://a.example", "http://b.example"], tls: { ca: authority.pem } }
                  wrongKey: { targets: ["https://a.example"], tls: { certificate: gateway.pem, key: shop.key } }
                  half: { targets: ["https://a.example"], tls: { certificate: gateway.pem } }
                  otherHalf: { targets: ["https://a.example"], tls: { key: gateway.key } }
                  missing: { targets: ["https://a.example"], tls: { ca: nowhere.pem } }
                  noAuthority: { targets: ["https://a.example"], tls: { ca: gateway.key } }
                  useless: { targets: ["https://a.example"], tls: { ca: authority.pem, insecureSkipVerification: true } }
                  address: { targets: ["https://a.example"], tls: { serverName: 127.0.0.1 } }
                  noName: { targets: ["https://a.example"], tls: { serverName: a_b.example } }
                  dot: { targets: ["https://a.example."] }
                  old: { targets: ["https://a.example"], tls: { minVersion: "1.1" } }
                """)).containsExactly(
                "/c.yaml:3:43: `tls`: the targets speak plain HTTP; write https://",
                "/c.yaml:4:12: `targets`: all are http, or all are https: else a request would go out in the clear by chance",
                "/c.yaml:5:85: `key`: /shop.key is not the key of the first certificate in /gateway.pem",
                "/c.yaml:6:43: `tls`: `certificate` and `key` go together",
                "/c.yaml:7:48: `tls`: `certificate` and `key` go together",
                "/c.yaml:8:57: `ca`: cannot read /nowhere.pem: there is no such file",
                "/c.yaml:9:61: `ca`: /gateway.key holds no certificate in PEM",
                "/c.yaml:10:57: `ca`: nothing is verified, so `ca` has no use",
                "/c.yaml:11:65: `serverName`: `127.0.0.1` is no host name",
                "/c.yaml:12:64: `serverName`: `a_b.example` is no host name",
                "/c.yaml:13:20: `targets[0]`: write it without the last dot: a server is asked for and proves itself under a name that has none (RFC 6066 §3)",
                "/c.yaml:14:61: `minVersion`: `1.1` is none of 1.2, 1.3 (did you mean `1.2`?)");
    }

    @Test
    void routeWhoseUpstreamExchangesTokensAsksEveryCallerForOne() {
        String needed = "the upstream's `tokenExchange` needs a token of every caller: every alternative must have a `jwt`, `introspection` or `oidc`";
        assertThat(problems("""
                listeners: { http: { bind: "127.0.0.1:8080" } }
                authenticators:
                  keys: { apiKey: { store: { file: api-keys.yaml } } }
                  users: { jwt: { issuer: d, audiences: [x], algorithms: [RS256], keys: { file: jwks.json } } }
                upstreams:
                  orders: { targets: ["http://127.0.0.1:9000"], credentials: { tokenExchange: { endpoint: "https://idp.example/token", client: { id: g, secret: s } } } }
                  other: { targets: ["http://127.0.0.1:9000"], credentials: { tokenExchange: { endpoint: "https://idp.example/token", client: { id: g, secret: s }, requestedTokenType: saml } } }
                routes:
                  a: { match: { path: /a }, auth: none, upstream: orders }
                  b: { match: { path: /b }, auth: [users, keys], upstream: orders }
                  c: { match: { path: /c }, auth: { all: [keys, users] }, upstream: orders }
                  d: { match: { path: /d }, auth: { any: [users, { all: [keys, users] }] }, upstream: orders }
                """)).containsExactly(
                "/c.yaml:7:169: `requestedTokenType`: `saml` cannot go up as a bearer token; expected one of"
                        + " urn:ietf:params:oauth:token-type:access_token, urn:ietf:params:oauth:token-type:jwt",
                "/c.yaml:9:35: `auth`: " + needed,
                "/c.yaml:10:29: `auth`: " + needed);
    }

    private List<String> problems(String text) {
        return Compilation.problems(CONFIG, files.with(CONFIG.toString(), text));
    }
}
