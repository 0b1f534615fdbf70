package dev.sallyport.core.auth.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Names of a certificate against patterns, beside a matcher made of regular expressions. */
final class AllowedNameFuzzTest {

    @Property
    void dnsPatternAllowsTheFirstNameThatTheExpressionDoes(@ForAll("names") String pattern, @ForAll("lists") List<String> names) {
        List<String> lower = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        Pattern slow = expression(pattern.toLowerCase(Locale.ROOT));
        Optional<String> expected = lower.stream().filter(name -> slow.matcher(name).matches()).findFirst();
        assertThat(new AllowedName.Dns(pattern).findIn(new CertificateNames(List.of(), lower, ""))).isEqualTo(expected);
    }

    @Property
    void spiffePatternAllowsOnlyALoneUri(@ForAll("names") String pattern, @ForAll("lists") List<String> uris) {
        Pattern slow = expression(pattern);
        Optional<String> expected = uris.size() == 1 ? uris.stream().filter(uri -> slow.matcher(uri).matches()).findFirst() : Optional.empty();
        assertThat(new AllowedName.Spiffe(pattern).findIn(new CertificateNames(uris, List.of(), ""))).isEqualTo(expected);
    }

    @Property
    void subjectPatternMatchesRdnByRdn(@ForAll("subjects") String pattern, @ForAll("subjects") String subject) {
        Optional<String> expected = allows(parts(pattern), parts(subject)) ? Optional.of(subject) : Optional.empty();
        assertThat(new AllowedName.Subject(pattern).findIn(new CertificateNames(List.of(), List.of(), subject))).isEqualTo(expected);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("a", "b", "A", "*", ".", "/", "ab").list().ofMinSize(1).ofMaxSize(6).map(all -> String.join("", all));
    }

    @Provide
    Arbitrary<List<String>> lists() {
        return Arbitraries.of("a", "b", "A", ".", "/", "ab").list().ofMinSize(1).ofMaxSize(6).map(all -> String.join("", all)).list().ofMaxSize(3);
    }

    @Provide
    Arbitrary<String> subjects() {
        Arbitrary<String> value = Arbitraries.of("a", "b", "*", ".", "\\,", "\\+", "\\\\", "+", "/").list().ofMinSize(1).ofMaxSize(4).map(all -> String.join("", all));
        Arbitrary<String> rdn = value.flatMap(text -> Arbitraries.of("CN=", "cn=", "O=").map(type -> type + text));
        return rdn.list().ofMinSize(1).ofMaxSize(2).map(all -> String.join(",", all));
    }

    private static boolean allows(List<String> patterns, List<String> rdns) {
        boolean isAllowed = patterns.size() == rdns.size();
        for (int index = 0; isAllowed && index < rdns.size(); index++) {
            String[] wanted = patterns.get(index).split("=", 2);
            String[] found = rdns.get(index).split("=", 2);
            isAllowed = found[1].matches("(?:[^\\\\+]|\\\\.)*") && wanted[0].equalsIgnoreCase(found[0]) && expression(wanted[1]).matcher(found[1]).matches();
        }
        return isAllowed;
    }

    /** An escape and what it escapes go together, so a comma that is left over ends an RDN. */
    private static List<String> parts(String name) {
        List<String> parts = new ArrayList<>();
        var part = Pattern.compile("(?:[^\\\\,]|\\\\.)+").matcher(name);
        while (part.find()) {
            parts.add(part.group());
        }
        return parts;
    }

    private static Pattern expression(String pattern) {
        StringBuilder expression = new StringBuilder();
        pattern.chars().forEach(letter -> expression.append(letter == '*' ? "[^./]+" : Pattern.quote(Character.toString(letter))));
        return Pattern.compile(expression.toString());
    }
}
