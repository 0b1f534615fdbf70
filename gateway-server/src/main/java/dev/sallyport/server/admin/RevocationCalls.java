package dev.sallyport.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.reject.Code;
import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.RevocationLedger;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.state.revocation.Revoker;
import dev.sallyport.server.reload.Gateway;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /revocations} of the admin port: what was called back, and calling back more. */
final class RevocationCalls {
    private static final Logger LOG = LoggerFactory.getLogger(RevocationCalls.class);
    private static final byte[] NOTHING = {};

    private final Gateway gateway;

    RevocationCalls(Gateway gateway) {
        this.gateway = gateway;
    }

    /** Of the journal; what a file says can be read there. */
    void list(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("revocations");
        for (Revocation each : current().ledger().map(RevocationLedger::all).orElse(List.of())) {
            json.writeStartObject();
            json.writeStringField("kind", each.kind().label());
            json.writeStringField("name", each.name());
            if (!each.at().equals(Instant.MAX)) {
                json.writeStringField("at", each.at().toString());
            }
            if (each.by() instanceof Revoker.Client(String id)) {
                json.writeStringField("calledBackBy", id);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** 204 only when it is on disk. */
    CompletionStage<LocalResponse> revoke(byte[] content) {
        Revocations known = current();
        Optional<RevocationLedger> ledger = known.ledger();
        if (ledger.isEmpty()) {
            LOG.warn("A revocation was refused: `revocation.journal` is not configured, so nothing would remember it");
            return now(AdminAnswers.problem(501, Code.NOT_IMPLEMENTED));
        }
        Instant now = Instant.now();
        return switch (RevocationRequest.read(content, known, now)) {
            case RevocationRequest.Malformed(String why) -> now(AdminAnswers.malformed(shown(why)));
            case RevocationRequest.Asked(Revocation revocation) ->
                    ledger.get().revoke(revocation, now, known.bounds().longestLifetime()).thenApply(outcome -> answer(revocation, outcome));
        };
    }

    private static LocalResponse answer(Revocation revocation, RevocationLedger.Outcome outcome) {
        return switch (outcome) {
            case RevocationLedger.Outcome.Kept() -> {
                LOG.warn("Revoked by a call: {} {}", revocation.kind().label(), shown(revocation.name()));
                yield new LocalResponse(204, List.of(), NOTHING);
            }
            case RevocationLedger.Outcome.NotKept(String why) -> {
                LOG.error("Revoked until the next start, for the journal could not be written ({}): {} {}",
                        why, revocation.kind().label(), shown(revocation.name()));
                yield AdminAnswers.problem(503, Code.UNAVAILABLE);
            }
            case RevocationLedger.Outcome.Full full -> {
                LOG.error("A revocation was refused: {}", full.why());
                yield AdminAnswers.problem(503, Code.UNAVAILABLE);
            }
        };
    }

    /** On one line: the caller chose it. */
    private static String shown(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }

    private Revocations current() {
        return gateway.runtime().snapshot().revocations();
    }

    private static CompletionStage<LocalResponse> now(LocalResponse response) {
        return CompletableFuture.completedStage(response);
    }
}
