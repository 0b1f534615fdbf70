package dev.sallyport.server.exchange.upstream;

import dev.sallyport.core.http.WebSocketHandshake;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http1.ResponseHead;
import java.util.Optional;

/**
 * What was asked of an upstream, as far as sending it and reading its answer depend on it.
 *
 * @param framing of the request's content
 * @param upgrade absent where a 101 answers nothing
 */
public record Asked(String method, ContentFraming framing, Optional<WebSocketHandshake> upgrade) {

    /** Whether a 101 agrees to what was asked, and to nothing else. */
    boolean isGrantedBy(ResponseHead switching) {
        return upgrade.isPresent() && upgrade.get().isAcceptedBy(switching.fields());
    }
}
