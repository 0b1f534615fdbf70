package dev.sallyport.core.token;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.route.Destination;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The public halves of the gateway's own keys, for whoever verifies what it signs. */
public record PublishedKeys(List<SigningRing> rings) implements Destination.Endpoint {
    public static final String PATH = "/.well-known/sallyport/jwks.json";

    /** Far shorter than a key is published before it signs. */
    private static final String MAX_AGE = "max-age=300";

    @Override
    public CompletionStage<Destination.Answer> answer(RequestView request) {
        return CompletableFuture.completedStage(new Destination.Answer.Given(new LocalResponse(
                200,
                List.of(new ResponseField("Content-Type", "application/jwk-set+json"), new ResponseField("Cache-Control", MAX_AGE)),
                SigningRing.publicKeys(rings))));
    }
}
