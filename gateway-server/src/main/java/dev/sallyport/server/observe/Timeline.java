package dev.sallyport.server.observe;

import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.reject.RejectReason;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of one exchange. It is made once, when the answer's last byte went out or the connection closed; every log
 * line and metric of the exchange is read from it.
 *
 * @param client the address that asked, behind trusted proxies; the peer's own where none is trusted
 * @param head absent where none could be read (a framing violation, a timeout)
 * @param status of the answer that went out, or {@link #NO_ANSWER}
 * @param reason absent where nothing was refused
 * @param receivedAt the first byte of the request
 * @param durationNanos from there to the end of the answer
 * @param upstream the last try, where there was one
 * @param bytesIn content of the request
 * @param bytesOut content of the answer
 */
public record Timeline(
        String requestId,
        Peer peer,
        InetAddress client,
        Optional<RequestHead> head,
        Trail trail,
        int status,
        Optional<RejectReason> reason,
        Instant receivedAt,
        long durationNanos,
        Optional<UpstreamLeg> upstream,
        long bytesIn,
        long bytesOut) {

    /** The status of an exchange whose client left before an answer began. */
    public static final int NO_ANSWER = 0;

    /** About what it keeps in memory: the bytes of the head, and the texts that were read from them. */
    long heldBytes() {
        return head.map(known -> 4L * known.fields().bytes().length).orElse(0L);
    }

    /**
     * @param target {@code host:port}
     * @param durationNanos from the choice of the target to the end of its answer
     */
    public record UpstreamLeg(String upstream, String target, long durationNanos) {}
}
