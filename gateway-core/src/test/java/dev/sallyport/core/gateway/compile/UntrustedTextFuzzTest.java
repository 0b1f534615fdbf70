package dev.sallyport.core.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sallyport.core.auth.apikey.ApiKeyFormat;
import dev.sallyport.core.auth.signature.BodyScheme;
import dev.sallyport.core.auth.signature.GitHubScheme;
import dev.sallyport.core.auth.signature.SignatureScheme;
import dev.sallyport.core.auth.signature.SlackScheme;
import dev.sallyport.core.auth.signature.StandardWebhooksScheme;
import dev.sallyport.core.auth.signature.StripeScheme;
import dev.sallyport.core.config.file.ApiKeyFileReader;
import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.JwkSetReader;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.KeyList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Whatever stands in a file or a header is read, or refused with a reason; nothing throws. */
final class UntrustedTextFuzzTest {
    private static final Path CONFIG = Path.of("/conf/gateway.yaml");
    private static final List<String> EXAMPLES = examples();
    private static final List<SignatureScheme> SCHEMES = List.of(
            new BodyScheme("X-Signature", Optional.empty()), new BodyScheme("X-Signature", Optional.of("X-Time")),
            new GitHubScheme(), new StripeScheme(), new SlackScheme(), new StandardWebhooksScheme());
    private static final List<String> PIECES = List.of(
            "\n", " ", "  ", ": ", "- ", "{", "}", "[", "]", ",", "\"", "'", "&a ", "*a", "!!str ", "? ", "|", ">", "#", "---\n", "${env:", "${file:x}", "\0", "\u00e9",
            "-1", "99999999999999999999", "1e999", "null", "~", "none", "any", "[[[[[[[[", "{{{{{{{{", "%", "\\", "\t", "<<: *a", "true");

    @Property
    void brokenConfigurationIsProblemsAndNoCrash(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        String yaml = mutated(MadeRules.one(EXAMPLES, random), random);
        assertThatCode(() -> Compilation.compiler(CONFIG, new MadeFiles().with(CONFIG.toString(), yaml)).compile()).as(yaml).doesNotThrowAnyException();
    }

    @Property
    void brokenKeyFileIsProblemsAndNoCrash(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        String hash = "sha256:" + "0a".repeat(32);
        String text = mutated(random.nextBoolean()
                ? "keys: [{ id: a, hash: \"" + hash + "\", subject: acme, scopes: [read] }]\n"
                : "{\"id\":\"a\",\"hash\":\"" + hash + "\",\"subject\":\"acme\",\"scopes\":[\"read\"]}\n", random);
        readKeys(text.getBytes(random.nextInt(4) == 0 ? StandardCharsets.UTF_16LE : StandardCharsets.ISO_8859_1));
    }

    @Property
    void brokenKeySetLeavesKeysOutAndStaysWithinItsBounds(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        byte[] json = mutated(MadeFiles.material("jwks.json"), random).getBytes(StandardCharsets.UTF_8);
        switch (JwkSetReader.read(json, EnumSet.allOf(JwsAlgorithm.class))) {
            case KeyList.Parsed.Keys(KeyList list) -> assertThat(list.keys()).hasSizeLessThanOrEqualTo(600);
            case KeyList.Parsed.Malformed(String why) -> assertThat(why).isNotEmpty();
        }
    }

    @Property
    void brokenTokenIsMalformedOrExactlyThreeCanonicalParts(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        String token = mutated(MadeRules.one(MadeCredentials.STAFF, random), random);
        if (CompactJws.parse(token) instanceof CompactJws.Parsed.Token(CompactJws jws)) {
            assertThat(token).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");
            assertThat(token).startsWith(new String(jws.signingInput(), StandardCharsets.US_ASCII));
            assertThat(token.length()).isLessThanOrEqualTo(CompactJws.MAX_LENGTH);
        }
    }

    @Property
    void brokenSignatureHeadersAreMalformedOrWithinBounds(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        String hex = "0b".repeat(32);
        for (SignatureScheme scheme : SCHEMES) {
            String value = mutated(MadeRules.one(List.of("sha256=" + hex, hex, "t=1795478400,v1=" + hex, "v0=" + hex, "v1," + "A".repeat(43) + "="), random), random);
            String time = random.nextInt(3) == 0 ? mutated("1795478400", random) : "1795478400";
            HeaderFields fields = HeaderFields.of(
                    scheme.header(), value, "X-Time", time, "X-Slack-Request-Timestamp", time, "webhook-id", "m1", "webhook-timestamp", time);
            if (scheme.read(fields) instanceof SignatureScheme.Reading.Claim claim) {
                assertThat(claim.signatures()).hasSizeBetween(1, SignatureScheme.MAX_SIGNATURES).allSatisfy(signature -> assertThat(signature).hasSize(32));
                assertThat(claim.signedAt().isPresent()).isEqualTo(claim.prefix().length > 0);
            }
        }
    }

    @Property
    void brokenApiKeyIsNeverTakenForOneOfOurs(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        String key = ApiKeyFormat.create("partner-1", new SecureRandom());
        String broken = mutated(key, random);
        assertThat(ApiKeyFormat.look(key)).isEqualTo(ApiKeyFormat.Look.OURS);
        assertThat(broken.equals(key) || ApiKeyFormat.look(broken) != ApiKeyFormat.Look.OURS).as(broken).isTrue();
    }

    /** UTF-32 that is none made the JSON parser fail otherwise than with bad JSON. */
    @Test
    void keyFileInBrokenUtf32IsAProblem() {
        assertThat(readKeys(new byte[] {'{', 0, 0, 0, -1, -1, -1, -1})).isNotEmpty();
    }

    /** Aliases within aliases nest deeper than any file may: the stack must not be what ends it. */
    @Test
    void nestingThatGrowsByAliasesIsAProblem() {
        StringBuilder yaml = new StringBuilder("x0: &a0 [y]\n");
        for (int index = 1; index <= 105; index++) {
            yaml.append("x%d: &a%d %s*a%d%s\n".formatted(index, index, "{any: [".repeat(14), index - 1, "]}".repeat(14)));
        }
        yaml.append("routes: { r: { match: {}, upstream: u, auth: { any: [*a105] } } }\n");
        assertThat(Compilation.problems(CONFIG, new MadeFiles().with(CONFIG.toString(), yaml.toString()))).singleElement().asString().contains("nested deeper");
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.randomValue(Random::nextLong);
    }

    private static List<ConfigProblem> readKeys(byte[] file) {
        Problems problems = new Problems();
        assertThatCode(() -> ApiKeyFileReader.read(Path.of("keys"), file, problems)).doesNotThrowAnyException();
        return problems.list();
    }

    /** One to four pieces put in, cut out, doubled or swapped for bytes. */
    private static String mutated(String text, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int edit = 0; edit <= random.nextInt(4); edit++) {
            int at = random.nextInt(mutated.length() + 1);
            int end = Math.min(mutated.length(), at + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> mutated.insert(at, MadeRules.one(PIECES, random));
                case 1 -> mutated.delete(at, end);
                case 2 -> mutated.insert(at, mutated.substring(at, end).repeat(1 + random.nextInt(3)));
                default -> mutated.replace(at, Math.min(mutated.length(), at + 1), String.valueOf((char) random.nextInt(256)));
            }
        }
        return mutated.toString();
    }

    private static List<String> examples() {
        try (Stream<Path> files = Files.list(Path.of("../config/examples"))) {
            return Stream.concat(files.filter(file -> file.toString().endsWith(".yaml")).sorted(), Stream.of(Path.of("../config/reference.yaml")))
                    .map(UntrustedTextFuzzTest::text)
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
