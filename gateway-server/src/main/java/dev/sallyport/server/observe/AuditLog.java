package dev.sallyport.server.observe;

import static dev.sallyport.server.observe.AccessLog.writeText;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.http.address.AddressText;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.reject.RejectReason;
import java.io.IOException;
import java.util.Locale;

/** One JSON line for each say of an authenticator: who presented which credential, and what became of it. */
public final class AuditLog implements ExchangeObserver {
    private final LineSink sink;

    public AuditLog(LineSink sink) {
        this.sink = sink;
    }

    @Override
    public void ended(Timeline timeline) {
        for (Trail.Step step : timeline.trail().steps()) {
            sink.offer(json -> write(json, timeline, step), timeline.heldBytes());
        }
    }

    private static void write(JsonGenerator json, Timeline timeline, Trail.Step step) throws IOException {
        json.writeStartObject();
        json.writeStringField("time", timeline.receivedAt().toString());
        json.writeStringField("requestId", timeline.requestId());
        json.writeStringField("client", AddressText.of(timeline.client()));
        json.writeStringField("route", timeline.trail().route());
        json.writeStringField("authenticator", step.authenticator());
        writeText(json, "method", step.method().map(AuthMethod::label));
        writeText(json, "subject", step.subject());
        writeText(json, "credentialId", step.credentialId());
        json.writeStringField("outcome", step.outcome().name().toLowerCase(Locale.ROOT));
        writeText(json, "reason", step.reason().map(RejectReason::label));
        json.writeStringField("detail", step.detail());
        json.writeEndObject();
    }
}
