package dev.sallyport.server.exchange.downstream.http2;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.Peer;
import dev.sallyport.server.exchange.ExchangePorts;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;

/** What one HTTP/2 connection may ask of us, whatever its streams do; past most of them it ends with ENHANCE_YOUR_CALM. */
final class Http2Bounds extends AbstractHttp2ConnectionHandlerBuilder<Http2ClientConnection, Http2Bounds> {
    /** Requests at once; one more is refused unprocessed, and may be sent again (RFC 9113 §5.1.2). */
    static final int MAX_STREAMS = 100;
    /** Content of one stream that may wait here, in bytes. */
    static final int STREAM_WINDOW = 64 * 1024;
    /** Beyond the 65,535 bytes of RFC 9113 §6.9.2: a stream that nobody reads must not use up its neighbours' room. */
    static final int CONNECTION_WINDOW_MORE = (MAX_STREAMS - 1) * STREAM_WINDOW;

    /** Streams that a client may take back within {@link #WINDOW_SECONDS} (rapid reset, CVE-2023-44487). */
    private static final int MAX_RESETS = 200;
    /** Streams that we may reset in that time, provoked (CVE-2025-8671) or because an upstream broke off; some 30 a second. */
    private static final int MAX_PROVOKED_RESETS = 1000;
    private static final int WINDOW_SECONDS = 30;
    /** Answers to SETTINGS and PING that may wait for a client that reads nothing. */
    private static final int MAX_QUEUED_CONTROL_FRAMES = 1000;
    private static final int MAX_EMPTY_DATA_FRAMES = 2;
    private static final int FRAME_BYTES = 16 * 1024;
    /** The table of HPACK, on each side, in bytes (RFC 7541 §4.2). */
    private static final int HEADER_TABLE = 4096;

    private final ExchangePorts ports;
    private final ListenerPlan plan;
    private final Peer peer;

    Http2Bounds(ExchangePorts ports, ListenerPlan plan, Peer peer) {
        this.ports = ports;
        this.plan = plan;
        this.peer = peer;
        server(true);
        validateHeaders(true);
        decoupleCloseAndGoAway(true);
        decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, WINDOW_SECONDS);
        encoderEnforceMaxRstFramesPerWindow(MAX_PROVOKED_RESETS, WINDOW_SECONDS);
        encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES);
        decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES);
        encoderIgnoreMaxHeaderListSize(true); // it advises (RFC 9113 §6.5.2): a client that says too little gets its answer all the same
        initialSettings(new Http2Settings()
                .maxConcurrentStreams(MAX_STREAMS)
                .initialWindowSize(STREAM_WINDOW)
                .maxFrameSize(FRAME_BYTES)
                .headerTableSize(HEADER_TABLE)
                .maxHeaderListSize(listSize()));
    }

    /** The library counts 32 bytes for each field (RFC 9113 §6.5.2); twice of it, so that our own count is met first and told. */
    private long listSize() {
        return 2 * (plan.limits().maxHeaderBytes() + 32L * (plan.limits().maxHeaders() + 1));
    }

    @Override
    protected Http2ClientConnection build() {
        return super.build();
    }

    @Override
    protected Http2ClientConnection build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        return new Http2ClientConnection(decoder, encoder, settings, ports, plan, peer);
    }
}
