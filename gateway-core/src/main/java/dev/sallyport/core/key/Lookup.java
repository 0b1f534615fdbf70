package dev.sallyport.core.key;

import dev.sallyport.core.jose.KeyMaterial;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What a key source says to a token's key id. */
public sealed interface Lookup {

    /** It must ask the provider first. */
    record Fetching(CompletionStage<Answer> answer) implements Lookup {}

    /** The last word. */
    sealed interface Answer extends Lookup {}

    /** @param generation of the set that the keys are from */
    record Found(List<KeyMaterial> candidates, long generation) implements Answer {}

    /** The issuer has no such key: the token is at fault. */
    record Unknown(String why) implements Answer {}

    /** It cannot be said: nothing valid is in hand, or the provider could not be asked. */
    record Unavailable(String why, Duration retryAfter) implements Answer {}
}
