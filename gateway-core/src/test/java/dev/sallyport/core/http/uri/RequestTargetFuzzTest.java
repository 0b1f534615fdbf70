package dev.sallyport.core.http.uri;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.uri.RequestTarget.Parsed;
import dev.sallyport.core.http.uri.RequestTarget.Trait;
import dev.sallyport.core.oracle.SlowPath;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader of paths against a slow one that was written from the rules alone. */
final class RequestTargetFuzzTest {
    private static final String[] PIECES = {
        "/", "/", "/", "//", ".", "..", "/.", "/..", "/./", "/../", ";", "%2e", "%2E", "%2f", "%2F", "%5c", "%5C", "\\", "%3b", "%3B", "a", "b",
        "admin", "%61", "%41", "%7e", "%7E", "%2d", "%00", "%1f", "%7f", "%80", "%c0%ae", "%C1%9C", "%e0%80%ae", "%E0%A0%80", "%f0%80%80%af", "%F0%90%80%80", "%c0", "%ff", "%", "%2", "%g0", "%%", "%25",
        "%252e", "%25%32%65", "~", "_", "-", ":", "@", "!", "$", "&", "'", "(", ")", "*", "+", ",", "=", " ", "\t", "\0", "\u007f", "\u00e9",
        "\u00ff", "<", ">", "\"", "{", "}", "|", "^", "`", "[", "]"
    };

    @Property
    void pathIsReadAsTheRulesSay(@ForAll("paths") String path) {
        Statistics.label("accepted").collect(check(path));
    }

    @Property
    void whatIsCanonicalIsReadUnchanged(@ForAll("paths") String path) {
        if (RequestTarget.parse("GET", path) instanceof Parsed.Valid(RequestTarget target, var _)) {
            assertThat(RequestTarget.parse("GET", target.path())).isInstanceOfSatisfying(Parsed.Valid.class,
                    again -> assertThat(again.target().path()).isEqualTo(target.path()));
        }
    }

    @Property
    void anyTargetIsReadOrRefused(@ForAll("targets") String raw, @ForAll("methods") String method) {
        switch (RequestTarget.parse(method, raw)) {
            case Parsed.Invalid(TargetViolation violation) -> assertThat(violation.sentence()).isNotEmpty();
            case Parsed.Valid(RequestTarget target, Optional<String> authority) -> {
                assertThat(target.path()).matches("/[!-~]*|\\*");
                assertThat(target.path()).doesNotContain("?", "#", "\\", "//", "/../", "/./");
                assertThat(target.query().orElse("")).matches("[!-~&&[^#]]*");
                assertThat(authority.orElse("a")).matches("[!-~&&[^@/?#\\\\]]+");
                assertThat(raw).endsWith(target.query().orElse(""));
            }
        }
    }

    /** What once was read in two ways, or nearly. */
    @ParameterizedTest
    @ValueSource(strings = {
        "/", "//", "/.", "/..", "/a/..", "/a//../b", "/a/./b/../c", "/a/%2e%2e/b", "/a/.%2E", "/a/..;x", "/a/.%3b", "/a/..%2Fb", "/a%2fb", "/..%2f",
        "/%c0%ae%c0%ae/", "/%C1%9C", "/%c0", "/%e0%80%ae", "/%E0%A0%80", "/%f0%8f%bf%bf", "/%25%32%65", "/a//", "//a", "/...", "/.a", "/%2e%2e%2e", "/%2ea", "/a%5Cb"})
    void pathThatIsEasilyMisreadIsReadAsTheRulesSay(String path) {
        check(path);
    }

    private static boolean check(String path) {
        Optional<SlowPath> read = RequestTarget.parse("GET", path) instanceof Parsed.Valid(RequestTarget target, var _)
                ? Optional.of(new SlowPath(
                        target.path(), target.keptPath(),
                        target.traits().contains(Trait.ENCODED_SLASH), target.traits().contains(Trait.DUPLICATE_SLASHES)))
                : Optional.empty();
        Optional<SlowPath> expected = SlowPath.read(path);
        assertThat(read).isEqualTo(expected);
        return read.isPresent();
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of(PIECES).list().ofMaxSize(10).map(pieces -> "/" + String.join("", pieces));
    }

    @Provide
    Arbitrary<String> targets() {
        Arbitrary<String> forms = Arbitraries.of(
                        "http://", "HTTPS://", "http:", "//", "h", "example.com", ":80", "/a", "?x=1", "#f", "*", "?", "@", " ", "[::1]", "%2e", "..")
                .list().ofMaxSize(8).map(pieces -> String.join("", pieces));
        return Arbitraries.oneOf(paths(), forms, Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(20));
    }

    @Provide
    Arbitrary<String> methods() {
        return Arbitraries.of("GET", "OPTIONS", "POST", "CONNECT");
    }
}
