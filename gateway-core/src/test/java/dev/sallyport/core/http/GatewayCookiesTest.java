package dev.sallyport.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayCookiesTest {
    private static final String NAME = "__Host-sallyport.people";

    @Test
    void valuesAreFoundWhereverTheyStandAndTwoAreTwo() {
        HeaderFields fields = HeaderFields.of("Cookie", "a=b; " + NAME + "=x", "Accept", "*/*", "cookie", NAME + "=y;c=d");
        assertThat(GatewayCookies.values(fields, NAME)).containsExactly("x", "y");
        assertThat(GatewayCookies.indexOf(fields, NAME, 0)).isZero();
        assertThat(GatewayCookies.indexOf(fields, NAME, 1)).isEqualTo(2);
        assertThat(GatewayCookies.indexOf(fields, NAME + "2", 0)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a=b; __Host-sallyport.people=x; c=d | a=b; c=d",
        "__Host-sallyport.people=x | ''",
        "a=b | a=b",
        "__Host-sallyport.people=x; a=\"q; z\" | a=\"q; z\"",
        "a=b;__HOST-SALLYPORT.people=x | a=b",
        "=__Host-sallyport.people=x; a=b | a=b",
        "a=__Host-sallyport.people=x | a=__Host-sallyport.people=x",
        "__Host-sallyport.people~abc=x;a=b | a=b",
    })
    void whatIsOursDoesNotGoUpAndTheRestStaysAsItIs(String came, String goes) {
        assertThat(GatewayCookies.without(came).orElse("")).isEqualTo(goes);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "__Host-sallyport.people=x; Path=/", " __Host-sallyport.people=", "__host-SALLYPORT.people=x", "=__Host-sallyport.people=x",
        "\t__Host-sallyport.x", "= =__Host-sallyport.people=x"})
    void upstreamSetsNoneOfOurs(String value) {
        assertThat(GatewayCookies.isSetBy(HeaderFields.of("Set-Cookie", value), 0)).isTrue();
    }

    @Test
    void upstreamSetsItsOwn() {
        assertThat(GatewayCookies.isSetBy(HeaderFields.of("Set-Cookie", "session=__Host-sallyport.people"), 0)).isFalse();
        assertThat(GatewayCookies.isSetBy(HeaderFields.of("X-Cookie", NAME + "=x"), 0)).isFalse();
    }

    @Test
    void browserKeepsItForItselfAndForTls() {
        assertThat(GatewayCookies.set(NAME, "x")).isEqualTo(new ResponseField("Set-Cookie", NAME + "=x; Path=/; Secure; HttpOnly; SameSite=Lax"));
        assertThat(GatewayCookies.clear(NAME).value()).endsWith("; Max-Age=0");
    }

    @Test
    void namesComeInTheirOrder() {
        HeaderFields fields = HeaderFields.of("Cookie", NAME + "~b=1; other=2; " + NAME + "~a=3");
        assertThat(GatewayCookies.names(fields, NAME + "~")).isEqualTo(List.of(NAME + "~b", NAME + "~a"));
        assertThat(GatewayCookies.without("")).isEqualTo(Optional.empty());
    }
}
