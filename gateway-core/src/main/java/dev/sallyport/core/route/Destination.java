package dev.sallyport.core.route;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.reject.Rejection;
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
        CompletionStage<Answer> answer(RequestView request);
    }

    /** What an endpoint says. */
    sealed interface Answer {
        /** @param caller who asked, where the endpoint had it proven */
        record Given(LocalResponse response, Optional<Caller> caller) implements Answer {
            public Given(LocalResponse response) {
                this(response, Optional.empty());
            }
        }

        /** @param caller who asked, where that was proven before the refusal */
        record Refused(Rejection rejection, Optional<Caller> caller) implements Answer {
            public Refused(Rejection rejection) {
                this(rejection, Optional.empty());
            }
        }
    }

    /**
     * Whoever proved to an endpoint who it is, for the audit log.
     *
     * @param credentialId public id of what was presented or given out
     * @param detail how it was proven, and for what
     */
    record Caller(String subject, Optional<String> credentialId, String detail) {}
}
