package dev.sallyport.core.auth.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedNameTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "CN=partner-*|CN=partner-1", "cn=partner-*|CN=partner-1", "CN=partner-*,O=Example|CN=partner-1,O=Example",
        "CN=partner-* , O=Example|CN=partner-1,O=Example", "CN=a\\,b|CN=a\\,b", "CN=*|CN=anyone", "CN=a\\+b|CN=a\\+b", "CN=x*y*z|CN=x1y2z", "CN=partner-*|CN=partner-a\\+b",
    })
    void wholeSubjectMatchesRdnByRdn(String pattern, String subject) {
        assertThat(new AllowedName.Subject(pattern).findIn(subject(subject))).contains(subject);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "CN=partner-*|CN=partner-1,O=Evil", "CN=partner-*|O=Evil,CN=partner-1", "CN=partner-*|CN=partner-1,CN=partner-2", "CN=partner-*|CN=partner-",
        "CN=partner-*|O=partner-1", "CN=partner-*|CN=Partner-1", "CN=partner-*|CN=partner-a.b", "CN=partner-*|CN=partner-a/b",
        "CN=partner-*|CN=partner-1+O=Evil", "CN=a,O=b|CN=a", "CN=a\\,b|CN=a,O=b", "CN=partner-*|",
    })
    void anythingMoreLessOrElseIsNotAllowed(String pattern, String subject) {
        assertThat(new AllowedName.Subject(pattern).findIn(subject(subject == null ? "" : subject))).isEmpty();
    }

    /** A value that ends in an escaped backslash: the plus behind it is no escaped one. */
    @ParameterizedTest
    @ValueSource(strings = {"CN=partner-\\\\+OU=Evil", "CN=partner-1\\\\\\\\+OU=Evil"})
    void secondAttributeCannotHideBehindAnEscapedBackslash(String subject) {
        assertThat(new AllowedName.Subject("CN=partner-*").findIn(subject(subject))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "*.partner.example,a.partner.example,true", "*.PARTNER.example,a.partner.example,true", "*.partner.example,a.b.partner.example,false",
        "*.partner.example,partner.example,false", "*.partner.example,.partner.example,false", "*.partner.example,a.partner.example.evil,false",
        "api.partner.example,api.partner.example,true", "api-*.partner.example,api-1.partner.example,true", "*,a,true", "*,a.b,false",
    })
    void starInADnsNameIsWithinOneLabel(String pattern, String name, boolean isAllowed) {
        CertificateNames names = new CertificateNames(List.of(), List.of("other.example", name), "CN=x");
        assertThat(new AllowedName.Dns(pattern).findIn(names).isPresent()).isEqualTo(isAllowed);
    }

    @ParameterizedTest
    @CsvSource({
        "spiffe://prod/ns/*/sa/orders,spiffe://prod/ns/shop/sa/orders,true", "spiffe://prod/ns/*/sa/orders,spiffe://prod/ns/a/b/sa/orders,false",
        "spiffe://prod/ns/*/sa/orders,spiffe://prod/ns//sa/orders,false", "spiffe://prod/ns/*/sa/orders,spiffe://test/ns/shop/sa/orders,false",
        "spiffe://prod/ns/*/sa/*,spiffe://prod/ns/a/sa/b,true", "spiffe://prod/ns/*/sa/*,spiffe://prod/ns/a/sa/b/c,false",
    })
    void starInASpiffeIdIsWithinOneSegment(String pattern, String id, boolean isAllowed) {
        assertThat(new AllowedName.Spiffe(pattern).findIn(new CertificateNames(List.of(id), List.of(), "")).isPresent()).isEqualTo(isAllowed);
        CertificateNames two = new CertificateNames(List.of(id, "spiffe://prod/other"), List.of(), "");
        assertThat(new AllowedName.Spiffe(pattern).findIn(two)).isEmpty();
    }

    private static CertificateNames subject(String text) {
        return new CertificateNames(List.of(), List.of(), text);
    }
}
