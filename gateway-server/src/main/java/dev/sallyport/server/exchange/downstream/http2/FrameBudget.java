package dev.sallyport.server.exchange.downstream.http2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.time.Duration;

/**
 * Frames that move no request: some keep a connection alive or measure it, many are an attack (CVE-2019-9512, CVE-2019-9515).
 * Those that move one earn room for others, as a client may measure with each of them how fast the way is.
 */
final class FrameBudget {
    /** PING, SETTINGS, their acknowledgements, PRIORITY, GOAWAY and frames that nobody knows, within {@link #PERIOD}. */
    static final int MOST = 1000;
    static final Duration PERIOD = Duration.ofSeconds(30);

    /** For one frame that moves a request. */
    private static final int EARNED = 2;

    private long periodSinceNanos;
    private int spent;

    FrameBudget(long nowNanos) {
        this.periodSinceNanos = nowNanos;
    }

    void earn() {
        spent = Math.max(0, spent - EARNED);
    }

    void spend(long nowNanos) throws Http2Exception {
        if (nowNanos - periodSinceNanos > PERIOD.toNanos()) {
            periodSinceNanos = nowNanos;
            spent = 0;
        }
        spent++;
        if (spent > MOST) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "more than %d frames of no request", MOST);
        }
    }
}
