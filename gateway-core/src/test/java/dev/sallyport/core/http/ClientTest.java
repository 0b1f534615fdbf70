package dev.sallyport.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.address.AddressText;
import dev.sallyport.core.http.address.Network;
import dev.sallyport.core.http.address.TrustedProxies;
import dev.sallyport.core.http.uri.RequestTarget;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientTest {
    private static final TrustedProxies TEN = new TrustedProxies(List.of(Network.parse("10.0.0.0/8").orElseThrow()));

    @Test
    void strangersForwardingHeadersAreNotBelieved() {
        Client client = client(TEN, "192.0.2.7", "X-Forwarded-For", "1.1.1.1", "X-Forwarded-Proto", "https", "Forwarded", "for=2.2.2.2");
        assertThat(client).isEqualTo(new Client(address("192.0.2.7"), "http", "api.example", "192.0.2.7", Client.Standing.DIRECT));
    }

    @Test
    void trustedProxyThatDoesNotTellWhoSpeaksLendsNobodyItsWord() {
        Peer peer = new Peer(address("10.1.1.1"), 4711, "http", new Peer.Transport.Plain(Peer.Exposure.NETWORK), Peer.Speaker.UNTOLD);
        assertThat(Client.of(TEN, peer, head("X-Forwarded-For", "1.1.1.1", "X-Forwarded-Proto", "https")))
                .isEqualTo(new Client(address("10.1.1.1"), "http", "api.example", "10.1.1.1", Client.Standing.DIRECT));
    }

    @Test
    void trustedPeerIsAppendedAndItsNearestStrangerIsTheClient() {
        Client client = client(TEN, "10.1.1.1", "X-Forwarded-For", "6.6.6.6, 192.0.2.9, 10.2.2.2", "X-Forwarded-Proto", "https");
        assertThat(client.address()).isEqualTo(address("192.0.2.9"));
        assertThat(client.forwardedFor()).isEqualTo("6.6.6.6, 192.0.2.9, 10.2.2.2, 10.1.1.1");
        assertThat(client.scheme()).isEqualTo("https");
    }

    @Test
    void onlyTheTrustedPeersOwnSchemeCounts() {
        assertThat(client(TEN, "10.1.1.1", "X-Forwarded-Proto", "https, http").scheme()).isEqualTo("http");
        assertThat(client(TEN, "10.1.1.1", "X-Forwarded-Proto", "javascript").scheme()).isEqualTo("http");
    }

    @Test
    void forwardedIsReadOnlyWithoutXForwardedFor() {
        Client client = client(TEN, "10.1.1.1", "Forwarded", "for=\"[2001:db8::1]:4711\";proto=https;host=shop.example");
        assertThat(client.address()).isEqualTo(address("2001:db8::1"));
        assertThat(client.scheme()).isEqualTo("https");
        assertThat(client.host()).isEqualTo("shop.example");
        assertThat(client(TEN, "10.1.1.1", "X-Forwarded-For", "192.0.2.1", "Forwarded", "for=2.2.2.2;proto=https").scheme()).isEqualTo("http");
    }

    /** scheme and host of X-Forwarded-*; scheme and host of Forwarded; what is believed, where the connection says http and api.example. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "https | shop.example | https | shop.example | https | shop.example",
        "https | shop.example | HTTPS | SHOP.example | https | shop.example",
        "https | shop.example | http  | shop.example | http  | api.example",
        "https | shop.example | https | evil.example | http  | api.example",
        "https | shop.example | https | shop.example:8443 | http | api.example",
        "https | shop.example | -     | -            | https | shop.example",
        "https | -            | -     | shop.example | https | api.example",
        "-     | shop.example | https | -            | http  | shop.example"})
    void whatContradictsItselfAboutSchemeOrHostIsBelievedAboutNeither(
            String scheme, String host, String otherScheme, String otherHost, String believedScheme, String believedHost) {
        List<String> fields = new ArrayList<>(List.of("X-Forwarded-For", "192.0.2.9", "Forwarded", element(otherScheme, otherHost)));
        Map.of("X-Forwarded-Proto", scheme, "X-Forwarded-Host", host).forEach((name, value) -> {
            if (!value.equals("-")) {
                fields.addAll(List.of(name, value));
            }
        });
        Client client = client(TEN, "10.1.1.1", fields.toArray(String[]::new));
        assertThat(client.scheme()).isEqualTo(believedScheme);
        assertThat(client.host()).isEqualTo(believedHost);
        assertThat(client.address()).isEqualTo(address("192.0.2.9"));
    }

    @Test
    void forwardedIsHeldAgainstTheOthersWithoutAnXForwardedForToo() {
        Client client = client(TEN, "10.1.1.1", "X-Forwarded-Proto", "http", "Forwarded", "for=192.0.2.9;proto=https;host=shop.example");
        assertThat(client).isEqualTo(new Client(address("192.0.2.9"), "http", "api.example", "192.0.2.9, 10.1.1.1", Client.Standing.BEHIND_TRUSTED_PROXY));
    }

    private static String element(String scheme, String host) {
        return "for=192.0.2.9" + (scheme.equals("-") ? "" : ";proto=" + scheme) + (host.equals("-") ? "" : ";host=\"" + host + "\"");
    }

    @Test
    void ofSeveralTrustedProxiesTheOutermostTellsWhatTheClientSaw() {
        Client client = client(
                TEN, "10.1.1.1", "Forwarded", "for=192.0.2.66;proto=http;host=evil.example, for=192.0.2.9;proto=https;host=shop.example, for=10.2.2.2;proto=http;host=inner");
        assertThat(client.address()).isEqualTo(address("192.0.2.9"));
        assertThat(client.scheme()).isEqualTo("https");
        assertThat(client.host()).isEqualTo("shop.example");
        Client handedOn = client(TEN, "10.1.1.1", "X-Forwarded-For", "192.0.2.9, 10.2.2.2", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "shop.example");
        assertThat(handedOn.scheme()).isEqualTo("https");
        assertThat(handedOn.host()).isEqualTo("shop.example");
    }

    @Test
    void elementBehindAnUnreadableOneOrAStrangersIsNotBelieved() {
        for (String near : List.of("for=unknown;host=shop.example", "for=_hidden;host=shop.example", "host=shop.example", "for=192.0.2.9;host=shop.example")) {
            Client client = client(TEN, "10.1.1.1", "Forwarded", "for=10.3.3.3;proto=https;host=evil.example, " + near);
            assertThat(client.scheme()).as(near).isEqualTo("http");
            assertThat(client.host()).as(near).isEqualTo("shop.example");
        }
        assertThat(client(TEN, "10.1.1.1", "Forwarded", "for=10.2.2.2;proto=https").scheme()).isEqualTo("https");
        assertThat(client(TEN, "10.1.1.1", "Forwarded", ",").scheme()).isEqualTo("http");
    }

    @Test
    void ofSeveralValuesOfOneFieldTheLastCounts() {
        Client client = client(TEN, "10.1.1.1", "X-Forwarded-For", "192.0.2.9, 10.2.2.2", "X-Forwarded-Host", "evil.example, shop.example");
        assertThat(client.host()).isEqualTo("shop.example");
    }

    @Test
    void beyondAnUnreadableHopNothingIsBelieved() {
        assertThat(client(TEN, "10.1.1.1", "X-Forwarded-For", "1.1.1.1, unknown").address()).isEqualTo(address("10.1.1.1"));
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8,10.255.0.1,true", "10.0.0.0/8,11.0.0.1,false", "192.0.2.128/25,192.0.2.127,false", "192.0.2.128/25,192.0.2.200,true",
        "2001:db8::/33,2001:db8:7fff::1,true", "2001:db8::/33,2001:db8:8000::1,false", "127.0.0.1,127.0.0.1,true", "127.0.0.1,127.0.0.2,false",
        "0.0.0.0/0,8.8.8.8,true", "0.0.0.0/0,::1,false"})
    void networkContainsItsAddresses(String network, String address, boolean isInside) {
        assertThat(Network.parse(network).orElseThrow().contains(address(address))).isEqualTo(isInside);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/33", "10.0.0/8", "host/8", "10.0.0.0/", "10.0.0.0/-1", "::1/129", "0x7f.0.0.1", "fe80::1%eth0"})
    void whatIsNoNetworkIsRefused(String text) {
        assertThat(Network.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0:0:0:0:0:0:0:1,::1", "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1", "::,::", "2001:DB8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1", "1::,1::"})
    void ipv6IsWrittenInOneForm(String text, String canonical) {
        assertThat(AddressText.of(address(text))).isEqualTo(canonical);
    }

    @Test
    void traceOfTheClientIsContinuedUnderASpanOfOurs() {
        Trace trace = trace("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertThat(trace.traceparent()).startsWith("00-0af7651916cd43dd8448eb211c80319c-").endsWith("-01").hasSize(55).doesNotContain("b7ad6b7169203331");
        assertThat(trace.origin()).isEqualTo(Trace.Origin.CONTINUED);
    }

    @ParameterizedTest
    @CsvSource({"00-00000000000000000000000000000000-b7ad6b7169203331-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "nonsense", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x"})
    void malformedTraceIsBegunAnew(String traceparent) {
        assertThat(trace("traceparent", traceparent).origin()).isEqualTo(Trace.Origin.BEGUN_HERE);
    }

    @Test
    void requestIdIsTakenFromTrustedProxiesOnly() {
        assertThat(trace("X-Request-Id", "abc").requestId()).hasSize(32);
        Client trusted = client(TEN, "10.1.1.1");
        assertThat(Trace.of(trusted, HeaderFields.of("X-Request-Id", "abc"), new Random(1)).requestId()).isEqualTo("abc");
        assertThat(Trace.of(trusted, HeaderFields.of("X-Request-Id", "a\"b"), new Random(1)).requestId()).hasSize(32);
    }

    private static Trace trace(String name, String value) {
        return Trace.of(client(TEN, "192.0.2.1"), HeaderFields.of(name, value), new Random(1));
    }

    private static Client client(TrustedProxies proxies, String peer, String... fields) {
        return Client.of(proxies, new Peer(address(peer), 4711, "http", new Peer.Transport.Plain(Peer.Exposure.NETWORK)), head(fields));
    }

    private static RequestHead head(String... fields) {
        RequestTarget target = new RequestTarget("/", "/", "/", Optional.empty(), Set.of());
        return new RequestHead("GET", target, "api.example", "api.example", HeaderFields.of(fields), BodyLength.NONE);
    }

    private static InetAddress address(String text) {
        return AddressText.parse(text).orElseThrow();
    }
}
