package dev.sallyport.core.port;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Fetches one document from a side service (a JWK Set, a discovery document). It never follows a redirect and never
 * reads more than {@link Request#maxBytes}: a side service is trusted for what it says, not for how much it says.
 */
public interface HttpFetcher {

    /** Never blocks; completes with {@link Result.Failed} for every I/O failure, exceptionally only for a defect. */
    CompletionStage<Result> fetch(Request request);

    /** What is asked. */
    sealed interface Call {
        /** @param authorization value of the field of this name */
        record Get(Optional<Secret> authorization) implements Call {}

        /**
         * A form (RFC 6749 appendix B). It may hold tokens, so it is never printed.
         *
         * @param authorization value of the field of this name
         */
        record PostForm(Secret form, Optional<Secret> authorization) implements Call {}

        Call GET = new Get(Optional.empty());
    }

    /**
     * @param maxBytes bound on the answer's body
     * @param timeout from the call to the last byte
     * @param authorities PEM text of the only certificate authorities to trust; absent means the platform's
     */
    record Request(URI uri, Call call, int maxBytes, Duration timeout, Optional<String> authorities) {}

    /** What came of it. */
    sealed interface Result {
        /**
         * Status 200 and a whole body.
         *
         * @param maxAge the answer's {@code Cache-Control: max-age}, where it named one
         */
        record Fetched(byte[] body, Optional<Duration> maxAge) implements Result {}

        /**
         * A form was answered with 400 or 401 and a whole body: an authorization server says what it did not like
         * (RFC 6749 §5.2).
         */
        record Declined(int status, byte[] body) implements Result {}

        /** Refused, timed out, too large, redirected, or any other status; {@code why} is for the log. */
        record Failed(String why) implements Result {}
    }
}
