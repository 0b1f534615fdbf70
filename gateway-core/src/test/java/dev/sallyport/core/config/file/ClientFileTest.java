package dev.sallyport.core.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.auth.certificate.AllowedName;
import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.token.client.ClientEntry.Activity;
import dev.sallyport.core.token.client.ClientEntry.Proof;
import dev.sallyport.core.token.client.ClientEntry.RefreshTokens;
import dev.sallyport.core.token.client.ClientEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ClientFileTest {
    private static final Path FILE = Path.of("/conf/clients.yaml");
    private static final String HASH = "ab".repeat(32);

    private final Problems problems = new Problems();

    private List<ClientEntry> read(String text) {
        return ClientFileReader.read(FILE, text.getBytes(StandardCharsets.UTF_8), problems);
    }

    private List<String> told(String text) {
        read(text);
        return problems.list().stream().map(ConfigProblem::toString).toList();
    }

    @Test
    void whatIsWrittenIsReadBack() {
        List<ClientEntry> clients = List.of(
                new ClientEntry("a", new Proof.Secrets(List.of(HASH, "cd".repeat(32))), Scopes.inOrder(List.of("https://api.example", "b")),
                        Scopes.inOrder(List.of("read", "write:${env:X}")), Set.of(), RefreshTokens.ISSUED, Activity.ACTIVE),
                new ClientEntry("b", new Proof.PublicKeys("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"), Set.of("api"), Set.of(), Set.of(),
                        RefreshTokens.NONE, Activity.REVOKED),
                new ClientEntry("c", new Proof.Certificates(List.of(
                                new AllowedName.Dns("*.example"), new AllowedName.Subject("CN=\"x\",O=y"), new AllowedName.Spiffe("spiffe://a/b"))),
                        Set.of(), Set.of(), Set.of("api"), RefreshTokens.NONE, Activity.ACTIVE));
        assertThat(read(new String(ClientFileWriter.write(clients), StandardCharsets.UTF_8))).isEqualTo(clients);
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void noClientsAreNoProblem() {
        assertThat(read(new String(ClientFileWriter.write(List.of()), StandardCharsets.UTF_8))).isEmpty();
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void clientHasExactlyOneMeans() {
        String why = ": exactly one of `secrets`, `publicKeys` and `certificates` is expected here";
        assertThat(told("""
                clients:
                  - { id: none }
                  - { id: two, secrets: ["sha256:%s"], publicKeys: x }
                  - { id: other, publicKeys: x, certificates: [{ dns: a }] }
                """.formatted(HASH))).containsExactly(
                "/conf/clients.yaml:2:5: `none`" + why, "/conf/clients.yaml:3:5: `two`" + why, "/conf/clients.yaml:4:5: `other`" + why);
    }

    @Test
    void whatIsMisspeltOrTwiceIsToldWithItsPlace() {
        assertThat(told("""
                clients:
                  - { id: a, secrets: ["sha256:%s"] }
                  - { id: a, secrets: ["sha256:%s"] }
                  - { id: "b c", secrets: ["sha256:%s"], scopes: ["x y"], audiences: ["é"], introspects: [""] }
                  - { id: d, secrets: [plain] }
                  - { id: e, secret: x }
                """.formatted(HASH, HASH, HASH))).containsExactlyInAnyOrder(
                "/conf/clients.yaml:3:5: duplicate client id `a`",
                "/conf/clients.yaml:4:5: `b c` is no id: 1 to 64 letters, digits and . _ -, the first a letter or digit",
                "/conf/clients.yaml:4:5: `x y` is no scope: printable ASCII without spaces",
                "/conf/clients.yaml:4:5: `é` is no audience: printable ASCII without spaces",
                "/conf/clients.yaml:4:5: `` is no audience: printable ASCII without spaces",
                "/conf/clients.yaml:5:24: `secrets[0]`: `plain` is no hash such as sha256:<64 hexadecimal digits>",
                "/conf/clients.yaml:6:14: unknown key `secret` (did you mean `secrets`?)",
                "/conf/clients.yaml:6:5: `e`: exactly one of `secrets`, `publicKeys` and `certificates` is expected here");
    }

    @Test
    void anotherFileIsNoFileOfClients() {
        assertThat(told("keys: []\n")).containsExactly(
                "/conf/clients.yaml:1:1: a mapping with one key, `clients`, and a list behind it is expected here");
    }
}
