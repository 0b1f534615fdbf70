package dev.sallyport.core.token;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.route.Destination;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A JSON document that changes with the configuration alone. */
public record FixedDocument(String json) implements Destination.Endpoint {
    @Override
    public CompletionStage<Destination.Answer> answer(RequestView request) {
        return CompletableFuture.completedStage(new Destination.Answer.Given(new LocalResponse(
                200,
                List.of(new ResponseField("Content-Type", "application/json"), new ResponseField("Cache-Control", "max-age=300")),
                json.getBytes(StandardCharsets.UTF_8))));
    }
}
