package dev.sallyport.server.exchange;

import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.http.Client;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.server.observe.ExchangeObserver;
import dev.sallyport.server.observe.Timeline;
import dev.sallyport.server.observe.Timeline.UpstreamLeg;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/** Gathers what the one log line of an exchange says. */
final class ExchangeLog {
    private final String requestId;
    private final Peer peer;
    private final InetAddress client;
    private final Optional<RequestHead> head;
    private final Instant receivedAt;
    private final long startNanos;
    private Trail trail = Trail.UNROUTED;
    private int status = Timeline.NO_ANSWER;
    private Optional<RejectReason> reason = Optional.empty();
    private Optional<UpstreamLeg> upstream = Optional.empty();
    private long bytesIn;
    private long bytesOut;

    private ExchangeLog(
            String requestId, Peer peer, InetAddress client, Optional<RequestHead> head, Instant receivedAt, long startNanos) {
        this.requestId = requestId;
        this.peer = peer;
        this.client = client;
        this.head = head;
        this.receivedAt = receivedAt;
        this.startNanos = startNanos;
    }

    static ExchangeLog of(RequestView view, long startNanos) {
        Client client = view.client();
        return new ExchangeLog(
                view.trace().requestId(), view.peer(), client.address(), Optional.of(view.head()), view.receivedAt(), startNanos);
    }

    /** For bytes that were no request. */
    static ExchangeLog ofUnread(String requestId, Peer peer, Instant receivedAt, long startNanos) {
        return new ExchangeLog(requestId, peer, peer.address(), Optional.empty(), receivedAt, startNanos);
    }

    void decided(Trail how) {
        trail = how;
    }

    void answered(int withStatus) {
        status = withStatus;
    }

    /** The first reason is the one that counts. */
    void refused(RejectReason why) {
        if (reason.isEmpty()) {
            reason = Optional.of(why);
        }
    }

    void tried(UpstreamLeg leg) {
        upstream = Optional.of(leg);
    }

    void received(int bytes) {
        bytesIn += bytes;
    }

    void sent(int bytes) {
        bytesOut += bytes;
    }

    long startNanos() {
        return startNanos;
    }

    void end(ExchangeObserver observer) {
        observer.ended(new Timeline(
                requestId, peer, client, head, trail, status, reason, receivedAt,
                System.nanoTime() - startNanos, upstream, bytesIn, bytesOut));
    }
}
