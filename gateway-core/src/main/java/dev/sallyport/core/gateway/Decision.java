package dev.sallyport.core.gateway;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.WebSocketHandshake;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.oauth.lending.LentToken;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.route.HeaderEdit;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.state.OneTimeUse;
import dev.sallyport.core.upstream.UpstreamCredentials;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What core tells the server to do with a request. */
public sealed interface Decision {
    /** The way that led to it, as far as it went: whatever becomes of the request is booked under it. */
    Trail trail();

    /** The last word. */
    sealed interface Final extends Decision {}

    /**
     * Send it up.
     *
     * @param path what goes upstream: the path that was matched, rewritten; without the query
     * @param headers what becomes of the header section; for trailers ask {@link Route#headers}
     * @param lent the gateway's own token among the headers, where the upstream wants one
     * @param spent to be given back where no byte of the request reached an upstream
     */
    record Forward(
            Route route, Destination.ToUpstream destination, Identity identity, String path, HeaderEdit headers, Optional<LentToken> lent,
            List<OneTimeUse> spent, Trail trail)
            implements Final {
        /** What it may go on for that is more than one answer. */
        public StreamTerm term() {
            return StreamTerm.of(route, identity);
        }

        /** With one more field on the way up. */
        Forward with(String name, String value) {
            return new Forward(route, destination, identity, path, headers.with(name, value), lent, spent, trail);
        }

        /** Asks the upstream to go on in the WebSocket protocol, as the client asked; what it said of it itself stayed behind. */
        public Forward upgrading() {
            return with("Connection", WebSocketHandshake.OPTION).with("Upgrade", WebSocketHandshake.PROTOCOL);
        }

        /** With this token, in the place of the one before it where there is one. */
        public Forward with(LentToken token) {
            String authorization = new String(token.authorization().reveal(), StandardCharsets.UTF_8);
            HeaderEdit edit = headers.without(UpstreamCredentials.AUTHORIZATION).with(UpstreamCredentials.AUTHORIZATION, authorization);
            return new Forward(route, destination, identity, path, edit, Optional.of(token), spent, trail);
        }
    }

    /** Answer it here: a redirect, the gateway's own endpoints. */
    record Respond(LocalResponse response, Trail trail) implements Final {}

    record Reject(Rejection rejection, Trail trail) implements Final {}

    /** Read the content (at most so many bytes), then ask again with it. Only now may {@code 100 Continue} be sent. */
    record NeedBody(int maxBytes, Trail trail) implements Decision {}

    /** The stage never completes exceptionally: a throwable in core settles as {@link Reject} with {@code internal_error}. */
    record Await(CompletionStage<Decision> settled, Trail trail) implements Decision {}
}
