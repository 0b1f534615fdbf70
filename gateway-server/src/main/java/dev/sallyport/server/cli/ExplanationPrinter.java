package dev.sallyport.server.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.reject.Rejection;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** An explanation as text for people, or as one JSON line. */
final class ExplanationPrinter {
    private static final JsonFactory JSON = new JsonFactory();

    private final PrintWriter out;

    ExplanationPrinter(PrintWriter out) {
        this.out = out;
    }

    void print(Explanation told, Format format) {
        switch (format) {
            case TEXT -> printText(told);
            case JSON -> printJson(told);
        }
        out.flush();
    }

    private void printText(Explanation told) {
        var head = told.request().head();
        out.println("request:  " + head.method() + " " + head.target().path() + " for host " + head.host()
                + " on listener " + told.request().peer().listener());
        out.println("route:    " + told.route());
        told.steps().forEach(step -> out.println("step:     " + describe(step)));
        switch (told.decision()) {
            case Decision.Forward forward -> out.println("verdict:  forward " + forward.path() + " to upstream " + forward.destination().upstream().name());
            case Decision.Respond(var response, var _) -> out.println("verdict:  answered here with " + response.status());
            case Decision.Reject(Rejection rejection, var _) -> {
                out.println("verdict:  rejected with " + rejection.status() + " " + rejection.reason().label());
                out.println("reason:   " + rejection.reason().sentence());
                out.println("found:    " + rejection.logDetail());
                out.println("remedy:   " + rejection.reason().remedy());
            }
            case Decision.NeedBody(int maxBytes, var _) ->
                out.println("verdict:  open: the content (at most " + maxBytes + " bytes) is needed; give it with --body FILE");
            case Decision.Await _ -> throw new IllegalStateException("settled before");
        }
    }

    private static String describe(Explanation.Step step) {
        String who = step.authenticator().equals(Trail.NO_ROUTE) ? "the route" : step.authenticator();
        return who + step.method().map(method -> " (" + method + ")").orElse("")
                + ": " + step.outcome().replace('_', ' ')
                + step.reason().map(reason -> " " + reason).orElse("")
                + step.subject().map(subject -> ", subject " + subject).orElse("")
                + step.credentialId().map(id -> ", credential " + id).orElse("")
                + (step.detail().isEmpty() ? "" : ": " + step.detail());
    }

    private void printJson(Explanation told) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            writeRequest(json, told);
            json.writeStringField("route", told.route());
            json.writeArrayFieldStart("steps");
            for (Explanation.Step step : told.steps()) {
                writeStep(json, step);
            }
            json.writeEndArray();
            writeVerdict(json, told.decision());
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        out.println(text);
    }

    private static void writeRequest(JsonGenerator json, Explanation told) throws IOException {
        json.writeObjectFieldStart("request");
        json.writeStringField("method", told.request().head().method());
        json.writeStringField("path", told.request().head().target().path());
        json.writeStringField("host", told.request().head().host());
        json.writeStringField("listener", told.request().peer().listener());
        json.writeEndObject();
    }

    private static void writeStep(JsonGenerator json, Explanation.Step step) throws IOException {
        json.writeStartObject();
        json.writeStringField("authenticator", step.authenticator());
        json.writeStringField("method", step.method().orElse(null));
        json.writeStringField("outcome", step.outcome());
        json.writeStringField("reason", step.reason().orElse(null));
        json.writeStringField("subject", step.subject().orElse(null));
        json.writeStringField("credentialId", step.credentialId().orElse(null));
        json.writeArrayFieldStart("looksFor");
        for (String place : step.looksFor()) {
            json.writeString(place);
        }
        json.writeEndArray();
        json.writeStringField("detail", step.detail());
        json.writeEndObject();
    }

    private static void writeVerdict(JsonGenerator json, Decision decision) throws IOException {
        json.writeObjectFieldStart("verdict");
        switch (decision) {
            case Decision.Forward forward -> {
                json.writeStringField("action", "forward");
                json.writeStringField("path", forward.path());
                json.writeStringField("upstream", forward.destination().upstream().name());
            }
            case Decision.Respond(var response, var _) -> {
                json.writeStringField("action", "respond");
                json.writeNumberField("status", response.status());
            }
            case Decision.Reject(Rejection rejection, var _) -> {
                json.writeStringField("action", "reject");
                json.writeNumberField("status", rejection.status());
                json.writeStringField("reason", rejection.reason().label());
                json.writeStringField("found", rejection.logDetail());
                json.writeStringField("remedy", rejection.reason().remedy());
            }
            case Decision.NeedBody(int maxBytes, var _) -> {
                json.writeStringField("action", "need_body");
                json.writeNumberField("maxBytes", maxBytes);
            }
            case Decision.Await _ -> throw new IllegalStateException("settled before");
        }
        json.writeEndObject();
    }
}
