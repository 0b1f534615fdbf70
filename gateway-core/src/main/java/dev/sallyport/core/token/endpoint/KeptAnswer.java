package dev.sallyport.core.token.endpoint;

import dev.sallyport.core.port.Journal.Appended;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.token.client.AuthenticatedClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Answers that are promises: told when what they promise is on disk, and not before. */
final class KeptAnswer {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private KeptAnswer() {}

    static CompletionStage<Destination.Answer> once(CompletionStage<Appended> kept, AuthenticatedClient client, Supplier<Destination.Answer> answer) {
        return kept.thenApply(appended -> switch (appended) {
            case Appended.Kept() -> answer.get();
            case Appended.NotKept(String why) -> new Destination.Answer.Refused(
                    unavailable(why), Optional.of(ClientEndpoint.caller(client, Optional.empty(), "")));
        });
    }

    /** The worse of two. */
    static CompletionStage<Appended> both(CompletionStage<Appended> one, CompletionStage<Appended> other) {
        return one.thenCombine(other, (first, second) -> first instanceof Appended.Kept ? second : first);
    }

    static Rejection unavailable(String why) {
        return Rejection.of(RejectReason.STATE_UNAVAILABLE, why).withRetryAfter(PAUSE);
    }
}
