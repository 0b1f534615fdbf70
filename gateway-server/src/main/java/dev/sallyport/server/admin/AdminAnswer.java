package dev.sallyport.server.admin;

import dev.sallyport.core.http.LocalResponse;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What the head of a request to the admin port leads to. */
sealed interface AdminAnswer {
    record Now(LocalResponse response) implements AdminAnswer {}

    /** A call that carries content; who may not make it was refused before a byte of that was read. */
    record AfterContent(int maxBytes, Function<byte[], CompletionStage<LocalResponse>> call) implements AdminAnswer {}
}
