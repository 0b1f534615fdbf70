package dev.sallyport.core.http.uri;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.uri.RequestTarget.Parsed;
import dev.sallyport.core.http.uri.RequestTarget.Trait;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

    @ParameterizedTest(name = "{0} is read as {1}")
    @CsvSource(delimiter = ' ', value = {
        "/ /",
        "/a /a",
        "/a/ /a/",
        "/a/b/c /a/b/c",
        "/%61 /a",
        "/%41%7A%30 /Az0",
        "/%2D%2e%5f%7E /-._~",
        "/a%2Eb /a.b",
        "/a%2Db /a-b",
        "/%c3%a9 /%C3%A9",
        "/%e2%82%ac /%E2%82%AC",
        "/a%20b /a%20b",
        "/a%3fb /a%3Fb",
        "/a%23b /a%23b",
        "/a%25b /a%25b",
        "/%252e%252e/a /%252e%252e/a",
        "/%252F /%252F",
        "/a%3Bb /a%3Bb",
        "/a;x=1 /a;x=1",
        "/a;x=1/b /a;x=1/b",
        "/!$&'()*+,;=:@ /!$&'()*+,;=:@",
        "// /",
        "//a /a",
        "/a//b /a/b",
        "/a///b// /a/b/",
        "/a/./b /a/b",
        "/./a /a",
        "/. /",
        "/a/. /a/",
        "/a/.. /",
        "/a/../ /",
        "/a/../b /b",
        "/a/b/../../c /c",
        "/a/b/.. /a/",
        "/a//../b /b",
        "/.well-known/x /.well-known/x",
        "/... /...",
        "/..a /..a",
        "/a.. /a..",
        "/.a;b /.a;b",
        "/a/%7e/b /a/~/b",
        "/%C0x /%C0x",
        "http://h/a /a",
        "HTTPS://h:8443/a/../b /b",
        "http://h /",
        "http://h?q /",
        "http://[::1]:80/x /x",
    })
    void pathHasOneCanonicalForm(String raw, String path) {
        assertThat(valid(raw).path()).isEqualTo(path);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = ' ', quoteCharacter = '"', value = {
        "a FORM_NOT_ALLOWED",
        "* FORM_NOT_ALLOWED",
        "host:443 FORM_NOT_ALLOWED",
        "http:http://host/admin FORM_NOT_ALLOWED",
        "http:/host/admin FORM_NOT_ALLOWED",
        "ftp://host/a FORM_NOT_ALLOWED",
        "?a FORM_NOT_ALLOWED",
        "http:///a AUTHORITY_INVALID",
        "http://user@host/a AUTHORITY_INVALID",
        "http://host\\evil/a AUTHORITY_INVALID",
        "http://ho#st/a CHARACTER_NOT_ALLOWED",
        "/a#b CHARACTER_NOT_ALLOWED",
        "/a?b#c CHARACTER_NOT_ALLOWED",
        "/a<b CHARACTER_NOT_ALLOWED",
        "/a|b CHARACTER_NOT_ALLOWED",
        "/{a} CHARACTER_NOT_ALLOWED",
        "/% ESCAPE_INVALID",
        "/%4 ESCAPE_INVALID",
        "/%zz ESCAPE_INVALID",
        "/%4g/a ESCAPE_INVALID",
        "/%-1 ESCAPE_INVALID",
        "/%%41 ESCAPE_INVALID",
        "/%00 ESCAPED_CONTROL",
        "/a%0d%0aX ESCAPED_CONTROL",
        "/a%1F ESCAPED_CONTROL",
        "/a%7f ESCAPED_CONTROL",
        "/a\\b BACKSLASH",
        "/a%5Cb BACKSLASH",
        "/a%5c..%5cb BACKSLASH",
        "/%c0%ae%c0%ae/a OVERLONG_ESCAPE",
        "/%C0%AF OVERLONG_ESCAPE",
        "/%c1%9c OVERLONG_ESCAPE",
        "/%e0%80%af OVERLONG_ESCAPE",
        "/%E0%80%AE%E0%80%AE/a OVERLONG_ESCAPE",
        "/%f0%80%80%af OVERLONG_ESCAPE",
        "/%2e ENCODED_DOT_SEGMENT",
        "/%2e%2e/a ENCODED_DOT_SEGMENT",
        "/a/.%2E/b ENCODED_DOT_SEGMENT",
        "/a/%2e./b ENCODED_DOT_SEGMENT",
        "/a/%2E ENCODED_DOT_SEGMENT",
        "/a/..%2Fb ENCODED_DOT_SEGMENT",
        "/a%2f..%2fb ENCODED_DOT_SEGMENT",
        "/a%2F. ENCODED_DOT_SEGMENT",
        "/a/%2e%2e;x/b ENCODED_DOT_SEGMENT",
        "/a/..;/b PARAMETER_ON_DOT_SEGMENT",
        "/a/.;x/b PARAMETER_ON_DOT_SEGMENT",
        "/..; PARAMETER_ON_DOT_SEGMENT",
        "/a/..%3b/b PARAMETER_ON_DOT_SEGMENT",
        "/.. CLIMB_ABOVE_ROOT",
        "/../a CLIMB_ABOVE_ROOT",
        "/a/../../b CLIMB_ABOVE_ROOT",
        "/a//../../b CLIMB_ABOVE_ROOT",
        "http://h/../a CLIMB_ABOVE_ROOT",
    })
    void targetIsRefused(String raw, TargetViolation violation) {
        assertThat(RequestTarget.parse("GET", raw)).isEqualTo(new Parsed.Invalid(violation));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a\tb", "/a\u0000", "/a\u007f", "/\u00e9", "/a?b c", "/a?\u0000", "/a?\u00e9", "http://h st/a", "http://h\u0000/"})
    void rawControlSpaceAndNonAsciiBytesAreRefused(String raw) {
        assertThat(RequestTarget.parse("GET", raw)).isEqualTo(new Parsed.Invalid(TargetViolation.CHARACTER_NOT_ALLOWED));
    }

    @Test
    void emptyTargetIsRefused() {
        assertThat(RequestTarget.parse("GET", "")).isEqualTo(new Parsed.Invalid(TargetViolation.EMPTY));
    }

    @Test
    void asteriskIsForOptionsOnly() {
        assertThat(RequestTarget.parse("OPTIONS", "*")).isInstanceOfSatisfying(
                Parsed.Valid.class, valid -> assertThat(valid.target().path()).isEqualTo("*"));
        assertThat(RequestTarget.parse("OPTIONS", "http://h")).isInstanceOfSatisfying(
                Parsed.Valid.class, valid -> assertThat(valid.target().path()).isEqualTo("*"));
    }

    @Test
    void queryIsKeptByteForByte() {
        assertThat(valid("/a/../b?x=%2e%2e/../&y=[|]?%zz").query()).contains("x=%2e%2e/../&y=[|]?%zz");
        assertThat(valid("/a?").query()).contains("");
        assertThat(valid("/a").query()).isEmpty();
    }

    @Test
    void duplicateSlashesAreKeptInTheOtherForm() {
        RequestTarget target = valid("//a///b/./c//");
        assertThat(target.path()).isEqualTo("/a/b/c/");
        assertThat(target.keptPath()).isEqualTo("//a///b/c//");
        assertThat(target.traits()).containsExactly(Trait.DUPLICATE_SLASHES);
    }

    @Test
    void encodedSlashIsATraitAndStaysEncoded() {
        RequestTarget target = valid("/a%2fb");
        assertThat(target.path()).isEqualTo("/a%2Fb");
        assertThat(target.traits()).containsExactly(Trait.ENCODED_SLASH);
    }

    @Test
    void absoluteFormGivesItsAuthority() {
        assertThat(RequestTarget.parse("GET", "http://Api.Example:8080/a")).isInstanceOfSatisfying(
                Parsed.Valid.class, valid -> assertThat(valid.authority()).contains("Api.Example:8080"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/b", "/%C3%A9", "/a%2Fb/", "/a;b", "/", "/a%20b"})
    void canonicalPathIsItsOwnCanonicalForm(String path) {
        assertThat(valid(path).path()).isEqualTo(path);
        assertThat(valid(valid(path).path()).path()).isEqualTo(path);
    }

    private static RequestTarget valid(String raw) {
        if (RequestTarget.parse("GET", raw) instanceof Parsed.Valid(RequestTarget target, var _)) {
            return target;
        }
        throw new AssertionError(raw + " gave " + RequestTarget.parse("GET", raw));
    }
}
