package dev.sallyport.server.exchange.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.uri.RequestTarget;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.exchange.upstream.UpstreamCall.Outcome;
import dev.sallyport.server.upstream.UpstreamConnection.Origin;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryRuleTest {
    private static final Rejection CLOSED = Rejection.of(RejectReason.UPSTREAM_CLOSED, "closed");

    @ParameterizedTest
    @CsvSource({"GET,true", "HEAD,true", "OPTIONS,true", "PUT,true", "DELETE,true", "POST,false", "PATCH,false", "get,false", "LOCK,false"})
    void onlyWhatIsIdempotentIsSentTwice(String method, boolean isRepeated) {
        assertThat(RetryRule.allows(Origin.POOLED, Outcome.SENT, CLOSED, head(method, BodyLength.NONE), 0)).isEqualTo(isRepeated);
    }

    @Test
    void whatHasContentIsNotSentTwice() {
        assertThat(RetryRule.allows(Origin.POOLED, Outcome.SENT, CLOSED, head("PUT", new BodyLength.Fixed(1)), 0)).isFalse();
        assertThat(RetryRule.allows(Origin.POOLED, Outcome.SENT, CLOSED, head("PUT", new BodyLength.Chunked()), 0)).isFalse();
    }

    @Test
    void onlyAStaleConnectionIsAReason() {
        RequestHead get = head("GET", BodyLength.NONE);
        Rejection slow = Rejection.of(RejectReason.UPSTREAM_TIMEOUT, "slow");
        assertThat(RetryRule.allows(Origin.FRESH, Outcome.SENT, CLOSED, get, 0)).isFalse();
        assertThat(RetryRule.allows(Origin.POOLED, Outcome.ANSWERED, CLOSED, get, 0)).isFalse();
        assertThat(RetryRule.allows(Origin.POOLED, Outcome.SENT, slow, get, 0)).isFalse();
    }

    @Test
    void triesAreBounded() {
        RequestHead get = head("GET", BodyLength.NONE);
        assertThat(RetryRule.allows(Origin.POOLED, Outcome.SENT, CLOSED, get, 3)).isTrue();
        assertThat(RetryRule.allows(Origin.POOLED, Outcome.SENT, CLOSED, get, 4)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"GET,true", "HEAD,true", "OPTIONS,true", "PUT,true", "DELETE,true", "POST,false", "PATCH,false"})
    void anotherTokenMakesNothingRepeatableThatIsNot(String method, boolean isRepeated) {
        RequestView empty = request(head(method, BodyLength.NONE));
        assertThat(RetryRule.allowsWithAnotherToken(empty)).isEqualTo(isRepeated);
        RequestView streamed = request(head(method, new BodyLength.Fixed(1)));
        assertThat(RetryRule.allowsWithAnotherToken(streamed)).isFalse();
        assertThat(RetryRule.allowsWithAnotherToken(streamed.withBody(new byte[1]))).isEqualTo(isRepeated);
    }

    private static RequestView request(RequestHead head) {
        Peer peer = new Peer(InetAddress.getLoopbackAddress(), 1, "l", new Peer.Transport.Plain(Peer.Exposure.LOOPBACK));
        return new RequestView(head, peer, Instant.EPOCH);
    }

    private static RequestHead head(String method, BodyLength length) {
        RequestTarget target = new RequestTarget("/", "/", "/", Optional.empty(), Set.of());
        return new RequestHead(method, target, "api", "api", HeaderFields.empty(), length);
    }
}
