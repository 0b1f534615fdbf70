package dev.sallyport.server.exchange.downstream.http2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.time.Duration;

/** Frames that move no request: some keep a connection alive, many are an attack (CVE-2019-9512, CVE-2019-9515). */
final class FrameBudget {
    /** PING, SETTINGS, PRIORITY and frames that nobody knows, within {@link #PERIOD}. */
    static final int MOST = 1000;
    static final Duration PERIOD = Duration.ofSeconds(30);

    private long periodSinceNanos = System.nanoTime();
    private int spent;

    void spend() throws Http2Exception {
        long now = System.nanoTime();
        if (now - periodSinceNanos > PERIOD.toNanos()) {
            periodSinceNanos = now;
            spent = 0;
        }
        spent++;
        if (spent > MOST) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "more than %d frames of no request", MOST);
        }
    }
}
