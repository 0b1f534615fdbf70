package dev.sallyport.core.auth.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.HeaderFields;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Headers of the schemes that sign a time, beside regular expressions for what each may hold. */
final class TimedSchemeFuzzTest {
    private static final String HEX = "0b".repeat(32);
    private static final String BASE64 = "A".repeat(43) + "=";
    private static final String TIME = "[0-9]{1,12}";

    @Property
    void stripeIsReadExactlyWhereItIsWellFormed(@ForAll("stripe") String value) {
        List<String> items = Stream.of(value.split(",", -1)).map(String::strip).toList();
        List<String> times = items.stream().filter(item -> item.startsWith("t=")).toList();
        long signatures = items.stream().filter(item -> item.matches("v1=[0-9a-fA-F]{64}")).count();
        boolean expected = times.size() == 1 && times.getFirst().matches("t=" + TIME) && signatures >= 1 && signatures <= 16;
        assertThat(isClaim(new StripeScheme(), "Stripe-Signature", value)).isEqualTo(expected);
    }

    @Property
    void slackIsReadExactlyWhereItIsWellFormed(@ForAll("slack") String value, @ForAll("times") String time) {
        boolean expected = value.matches("v0=[0-9a-fA-F]{64}") && time.matches(TIME);
        assertThat(isClaim(new SlackScheme(), "X-Slack-Signature", value, "X-Slack-Request-Timestamp", time)).isEqualTo(expected);
    }

    @Property
    void standardWebhookIsReadExactlyWhereItIsWellFormed(@ForAll("standard") String value, @ForAll("ids") String id, @ForAll("times") String time) {
        long signatures = Stream.of(value.split(" ", -1)).filter(("v1," + BASE64)::equals).count();
        boolean expected = id.matches("[^.]{1,256}") && time.matches(TIME) && signatures >= 1 && signatures <= 16;
        assertThat(isClaim(new StandardWebhooksScheme(), "webhook-signature", value, "webhook-id", id, "webhook-timestamp", time)).isEqualTo(expected);
    }

    @Provide
    Arbitrary<String> stripe() {
        Arbitrary<String> item = Arbitraries.of("v1=" + HEX, "v1=" + HEX + "0", "v0=" + HEX, "v1=", " v1=" + HEX, "t=1795478400", "t=-1", "t=", "x");
        Arbitrary<String> time = Arbitraries.of("t=1795478400,", "t=1234567890123,", "t=0,", "T=1,", "");
        return Combinators.combine(time, item.list().ofMaxSize(4), Arbitraries.of(0, 0, 0, 15, 16, 17))
                .as((first, items, more) -> first + String.join(",", items) + (",v1=" + HEX).repeat(more));
    }

    @Provide
    Arbitrary<String> slack() {
        return Arbitraries.of("v0=" + HEX, "v0=" + HEX.toUpperCase(java.util.Locale.ROOT), "v0=" + HEX + "0", "v0=", "v1=" + HEX, HEX, "v0= " + HEX, "v0=" + HEX.replace('b', 'g'), "");
    }

    @Provide
    Arbitrary<String> standard() {
        Arbitrary<String> item = Arbitraries.of("v1," + BASE64, "v1a," + BASE64, "v1,", "v1," + BASE64.substring(1), "v1," + BASE64 + "=", "", BASE64);
        return Combinators.combine(item.list().ofMaxSize(4), Arbitraries.of(0, 0, 0, 15, 16, 17))
                .as((items, more) -> String.join(" ", items) + (" v1," + BASE64).repeat(more));
    }

    @Provide
    Arbitrary<String> ids() {
        return Arbitraries.of("m1", "m.1", "", "m".repeat(256), "m".repeat(257), "\u00e9");
    }

    @Provide
    Arbitrary<String> times() {
        return Arbitraries.of("1795478400", "0", "", "-1", "+1", "1.5", "999999999999", "1234567890123", " 1", "\u00b2");
    }

    private static boolean isClaim(SignatureScheme scheme, String... fields) {
        return scheme.read(HeaderFields.of(fields)) instanceof SignatureScheme.Reading.Claim;
    }
}
