package dev.sallyport.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.config.AuthConfig.Chain;
import dev.sallyport.core.config.AuthConfig.ClaimConfig;
import dev.sallyport.core.config.ConfigReader.Written;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig.HmacConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig.MtlsConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig;
import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.config.value.BindAddress;
import dev.sallyport.core.config.value.ByteSize;
import dev.sallyport.core.port.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ConfigReaderTest {
    private final FilesInMemory files = new FilesInMemory();
    private final Problems problems = new Problems();

    @Test
    void aListenerHasAllDefaults() {
        GatewayConfig config = read("""
                listeners:
                  http: { bind: "0.0.0.0:8080" }
                """);

        ListenerConfig listener = config.listeners().get("http");
        assertThat(listener).isNotNull();
        assertThat(listener.bind()).isEqualTo(new BindAddress("0.0.0.0", 8080));
        assertThat(listener.limits().headerTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(listener.limits().maxHeaderBytes()).isEqualTo(new ByteSize(32 << 10));
        assertThat(config.accessLog().enabled()).isTrue();
        assertThat(config.identity().headers().keyId().name()).contains("X-Auth-Key-Id");
    }

    @Test
    void secretsComeFromFilesAndTheEnvironment() {
        files.with("/conf/secrets/payments", "0123456789abcdef\n");
        Written written = written("""
                authenticators:
                  payments:
                    hmac: { scheme: github, secrets: { a: "${file:secrets/payments}", b: "${env:HOOK}", c: written-in-the-file } }
                """);

        HmacConfig hmac = (HmacConfig) written.config().authenticators().get("payments");
        assertThat(hmac).isNotNull();
        assertThat(hmac.secrets())
                .containsEntry("a", Secret.ofText("0123456789abcdef"))
                .containsEntry("b", Secret.ofText("from-the-environment"));
        assertThat(written.places().inlineSecrets()).containsExactly("authenticators.payments.hmac.secrets.c");
    }

    @Test
    void aKeyFileBesideTheConfigurationIsNoPartOfIt() {
        files.with("/conf/10.yaml", "authenticators: { a: { apiKey: { store: { file: api-keys.yaml } } } }")
                .with("/conf/20.yaml", "listeners: { http: { bind: \"127.0.0.1:80\" } }")
                .with("/conf/api-keys.yaml", "keys: []");
        Optional<Written> written = new ConfigReader(files, Map.of(), problems).read(Path.of("/conf"));
        assertThat(problems.list()).isEmpty();
        assertThat(written.orElseThrow().config().listeners()).containsOnlyKeys("http");
    }

    @Test
    void relativePathsAreRelativeToTheFile() {
        GatewayConfig config = read("authenticators: { a: { apiKey: { store: { file: keys/api.yaml } } } }");

        assertThat(config.authenticators().get("a"))
                .isEqualTo(new AuthenticatorConfig.ApiKeyConfig("X-API-Key", new AuthenticatorConfig.StoreConfig(Path.of("/conf/keys/api.yaml"))));
    }

    @Test
    void kindsOfNamesAreTold() {
        GatewayConfig config = read("authenticators: { mesh: { mtls: { allow: [{ spiffe: \"spiffe://a/*\" }, { dns: \"*.b\" }] } } }");

        MtlsConfig mesh = (MtlsConfig) config.authenticators().get("mesh");
        assertThat(mesh).isNotNull();
        assertThat(mesh.allow()).containsExactly(
                new AuthenticatorConfig.AllowedName.Spiffe("spiffe://a/*"), new AuthenticatorConfig.AllowedName.Dns("*.b"));
    }

    @Test
    void authIsWrittenInManyWays() {
        GatewayConfig config = read("""
                routes:
                  open: { match: {}, auth: none, upstream: u }
                  one: { match: {}, auth: users, upstream: u }
                  list: { match: {}, auth: [users, partners], upstream: u }
                  nested: { match: {}, auth: { any: [{ all: [mesh, users] }, partners], scopes: [a], claims: { t: x, r: { contains: y } } }, upstream: u }
                """);

        assertThat(auth(config, "open")).isEqualTo(new AuthConfig.None());
        assertThat(auth(config, "one")).isEqualTo(AuthConfig.anyOf(List.of(new Chain.Named("users"))));
        assertThat(auth(config, "list")).isEqualTo(AuthConfig.anyOf(List.of(new Chain.Named("users"), new Chain.Named("partners"))));
        assertThat(auth(config, "nested")).isEqualTo(new AuthConfig.Required(
                Optional.of(List.of(new Chain.All(List.of(new Chain.Named("mesh"), new Chain.Named("users"))), new Chain.Named("partners"))),
                Optional.empty(),
                List.of("a"),
                Map.of("t", new ClaimConfig.Equal("x"), "r", new ClaimConfig.Contains("y"))));
    }

    @Test
    void allProblemsAreReportedTogetherWithLineAndColumn() {
        assertThat(problems("""
                listeners:
                  https:
                    bind: 0.0.0.0:99999
                    limits: { headerTimeout: 10 seconds, maxHaeders: 5 }
                    tsl: {}
                authenticators:
                  users:
                    jwt: { issuer: x, algorithms: [RS265] }
                uptsreams: {}
                """)).containsExactly(
                "/conf/gateway.yaml:3:11: `bind`: `0.0.0.0:99999` is no address and port such as 0.0.0.0:8443 or [::]:8443",
                "/conf/gateway.yaml:4:30: `headerTimeout`: `10 seconds` is no duration such as 250ms, 30s, 15m, 24h or 7d",
                "/conf/gateway.yaml:4:42: unknown key `maxHaeders` (did you mean `maxHeaders`?)",
                "/conf/gateway.yaml:5:5: unknown key `tsl` (did you mean `tls`?)",
                "/conf/gateway.yaml:8:36: `algorithms[0]`: `RS265` is none of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, HS256, HS384, HS512 (did you mean `RS256`?)",
                "/conf/gateway.yaml:9:1: unknown key `uptsreams` (did you mean `upstreams`?)");
    }

    @Test
    void duplicateNamesAreRefused() {
        assertThat(problems("""
                upstreams:
                  a: { targets: ["http://127.0.0.1:1"] }
                  a: { targets: ["http://127.0.0.1:2"] }
                """)).containsExactly("/conf/gateway.yaml:3:3: duplicate key `a`, first at line 2");
    }

    @Test
    void whatIsMissingIsNamedAtWhatLacksIt() {
        assertThat(problems("""
                routes:
                  orders:
                    upstream: u
                """)).containsExactly(
                "/conf/gateway.yaml:2:3: `orders`: `match` is missing",
                "/conf/gateway.yaml:2:3: `orders`: `auth` is missing");
    }

    @Test
    void keysOfLaterVersionsAreRefusedAsSuch() {
        assertThat(problems("""
                listeners:
                  a: { bind: "127.0.0.1:0", http3: {} }
                authenticators:
                  c: { hmac: { scheme: http-message-signatures, secrets: {} } }
                login: {}
                """)).containsExactly(
                "/conf/gateway.yaml:2:29: `http3` is not in this version",
                "/conf/gateway.yaml:4:24: `scheme`: `http-message-signatures` is not in this version",
                "/conf/gateway.yaml:5:1: `login` is not in this version");
    }

    @Test
    void aValueFromElsewhereIsNeverQuoted() {
        files.with("/conf/secret", "hunter2-hunter2-hunter2");

        assertThat(problems("listeners: { a: { bind: \"${file:secret}\" } }"))
                .singleElement()
                .asString()
                .contains("${file:secret}")
                .doesNotContain("hunter2");
    }

    @Test
    void whatASubstitutionLacksIsNamed() {
        assertThat(problems("""
                admin:
                  token: "${env:NOWHERE}"
                authenticators:
                  a: { hmac: { scheme: github, secrets: { x: "${file:nowhere}", y: "${vault:z}" } } }
                """)).contains(
                "/conf/gateway.yaml:2:10: the environment has no variable `NOWHERE`",
                "/conf/gateway.yaml:4:46: cannot read `nowhere`: there is no such file",
                "/conf/gateway.yaml:4:68: `${vault:z}` is neither ${env:NAME} nor ${file:path}");
    }

    @Test
    void emptySecretsAndEmptyValuesAreRefused() {
        files.with("/conf/empty", "\n");

        assertThat(problems("""
                admin: { token: "${file:empty}" }
                upstreams:
                """)).containsExactly(
                "/conf/gateway.yaml:1:17: `token`: an empty secret is none",
                "/conf/gateway.yaml:2:1: `upstreams`: nothing stands here; leave the key out or give it a value");
    }

    @Test
    void aDirectoryIsMergedByKey() {
        files.with("/conf/d/10.yaml", "upstreams: { a: { targets: [\"http://127.0.0.1:1\"] } }")
                .with("/conf/d/20.yaml", "upstreams: { b: { targets: [\"http://127.0.0.1:2\"] } }\nerrors: { detail: true }")
                .with("/conf/d/README", "not YAML: [");

        GatewayConfig config = new ConfigReader(files, Map.of(), problems).read(Path.of("/conf/d")).orElseThrow().config();

        assertThat(problems.list()).isEmpty();
        assertThat(config.upstreams()).containsOnlyKeys("a", "b");
        assertThat(config.errors().detail()).isTrue();
    }

    @Test
    void oneNameInTwoFilesIsRefused() {
        files.with("/conf/d/10.yaml", "upstreams:\n  a: { targets: [\"http://127.0.0.1:1\"] }")
                .with("/conf/d/20.yaml", "upstreams:\n  a: { targets: [\"http://127.0.0.1:2\"] }");

        assertThat(new ConfigReader(files, Map.of(), problems).read(Path.of("/conf/d"))).isPresent();
        assertThat(problems.list().stream().map(ConfigProblem::toString))
                .containsExactly("/conf/d/20.yaml:2:3: duplicate key `a`, first at /conf/d/10.yaml:2:3");
    }

    @Test
    void aliasesThatUnfoldIntoTooMuchAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            String before = "*a" + (i - 1);
            bomb.append("a").append(i).append(": &a").append(i).append(" [").append((before + ", ").repeat(9)).append(before).append("]\n");
        }

        assertThat(problems(bomb.toString())).singleElement().asString().contains("unfolds into more than 200000 values");
    }

    @Test
    void whatIsNestedTooDeepIsRefused() {
        assertThat(problems("a: " + "[".repeat(100_000))).singleElement().asString().contains("nested deeper than 32");
    }

    @Test
    void whatIsNoYamlIsRefusedWhereItBreaks() {
        assertThat(problems("listeners:\n  a: [\n")).singleElement().asString().startsWith("/conf/gateway.yaml:3:1: not YAML: ");
        assertThat(new ConfigReader(new FilesInMemory().with("/c.yaml", new byte[] {(byte) 0xFF, (byte) 0xFE, 0x00}), Map.of(), problems)
                        .read(Path.of("/c.yaml")))
                .isEmpty();
    }

    private static AuthConfig auth(GatewayConfig config, String route) {
        RouteConfig written = config.routes().get(route);
        assertThat(written).isNotNull();
        return written.auth();
    }

    private GatewayConfig read(String text) {
        return written(text).config();
    }

    private Written written(String text) {
        Written written = anyhow(text).orElseThrow();
        assertThat(problems.list()).isEmpty();
        return written;
    }

    private List<String> problems(String text) {
        Optional<Written> ignored = anyhow(text);
        assertThat(ignored).isNotNull();
        return problems.list().stream().map(ConfigProblem::toString).toList();
    }

    private Optional<Written> anyhow(String text) {
        files.with("/conf/gateway.yaml", text);
        return new ConfigReader(files, Map.of("HOOK", "from-the-environment"), problems).read(Path.of("/conf/gateway.yaml"));
    }
}
