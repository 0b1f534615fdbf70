package dev.sallyport.server.http1;

import dev.sallyport.core.http.HeaderFields;

/**
 * The head of an upstream's answer.
 *
 * @param status 100 to 599
 * @param reason the reason phrase, perhaps empty
 * @param framing of its content, the method of the request considered
 */
public record ResponseHead(
        int status, String reason, HeaderFields fields, ContentFraming framing, Persistence persistence) {

    /** An interim answer: the final one follows (RFC 9110 §15.2). */
    public boolean isInterim() {
        return status < 200;
    }
}
