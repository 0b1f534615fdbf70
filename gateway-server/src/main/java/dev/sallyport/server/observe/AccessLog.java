package dev.sallyport.server.observe;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.core.gateway.LogPlan.Query;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.address.AddressText;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.server.observe.Timeline.UpstreamLeg;
import java.io.IOException;
import java.util.Optional;

/** One JSON line a request, refused ones included. The path is the one that was matched; the query is left out unless asked for. */
public final class AccessLog implements ExchangeObserver {
    private static final double NANOS_PER_MILLI = 1e6;

    private final LineSink sink;
    private final Query query;

    public AccessLog(LineSink sink, Query query) {
        this.sink = sink;
        this.query = query;
    }

    @Override
    public void ended(Timeline timeline) {
        sink.offer(json -> write(json, timeline), timeline.heldBytes());
    }

    private void write(JsonGenerator json, Timeline timeline) throws IOException {
        Optional<RequestHead> head = timeline.head();
        Optional<UpstreamLeg> upstream = timeline.upstream();
        json.writeStartObject();
        json.writeStringField("time", timeline.receivedAt().toString());
        json.writeStringField("requestId", timeline.requestId());
        json.writeStringField("listener", timeline.peer().listener());
        json.writeStringField("client", AddressText.of(timeline.client()));
        writeText(json, "method", head.map(RequestHead::method));
        writeText(json, "host", head.map(RequestHead::host));
        writeText(json, "path", head.map(known -> known.target().path()));
        if (query == Query.MASKED) {
            writeText(json, "query", head.flatMap(known -> known.target().query()).map(QueryMask::mask));
        }
        json.writeStringField("route", timeline.trail().route());
        json.writeNumberField("status", timeline.status());
        writeText(json, "reason", timeline.reason().map(RejectReason::label));
        json.writeFieldName("durationMs");
        json.writeNumber(Math.round(timeline.durationNanos() / NANOS_PER_MILLI * 1000) / 1000.0);
        writeText(json, "upstream", upstream.map(UpstreamLeg::upstream));
        writeText(json, "target", upstream.map(UpstreamLeg::target));
        json.writeNumberField("bytesIn", timeline.bytesIn());
        json.writeNumberField("bytesOut", timeline.bytesOut());
        writeText(json, "tlsVersion", tlsVersion(timeline.peer().transport()));
        json.writeEndObject();
    }

    private static Optional<String> tlsVersion(Peer.Transport transport) {
        return switch (transport) {
            case Peer.Transport.Plain _ -> Optional.empty();
            case Peer.Transport.Tls(String version, var _, var _) -> Optional.of(version);
        };
    }

    static void writeText(JsonGenerator json, String name, Optional<String> text) throws IOException {
        if (text.isPresent()) {
            json.writeStringField(name, text.get());
        } else {
            json.writeNullField(name);
        }
    }
}
