package dev.sallyport.core.route;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.upstream.Upstream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where a route leads. */
public sealed interface Destination {
    /**
     * @param timeout the route's own bound to the head of the answer
     */
    record ToUpstream(Upstream upstream, Optional<Duration> timeout) implements Destination {}

    /** A path that the gateway answers itself. */
    record ToEndpoint(Endpoint endpoint) implements Destination {}

    /** Answers on the gateway's own paths. */
    interface Endpoint {
        /** Bytes of the longest content that it reads; 0 where it reads none. */
        default int maxBody() {
            return 0;
        }

        /** @param request with its content, where it has one and {@link #maxBody} is not 0 */
        CompletionStage<LocalResponse> answer(RequestView request);
    }
}
