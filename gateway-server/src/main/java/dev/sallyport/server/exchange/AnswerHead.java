package dev.sallyport.server.exchange;

import dev.sallyport.core.http.GatewayCookies;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.http.WebSocketHandshake;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http1.ResponseHead;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The head of an answer as it goes to the client; the stream adds what its HTTP version needs to frame it.
 *
 * @param dropped indices of received fields that stay behind
 * @param framing what is known of the content's length
 */
public record AnswerHead(
        int status,
        String reason,
        HeaderFields received,
        BitSet dropped,
        List<ResponseField> added,
        ContentFraming framing) {

    private static final BitSet NONE = new BitSet();
    private static final String HEAD = "HEAD";
    private static final String GET = "GET";
    private static final int NOT_MODIFIED = 304;
    private static final int MAX_CONNECTION_OPTIONS = 32;

    /** Between two parties only (RFC 9110 §7.6.1), or stated anew by whoever writes the head. */
    private static final String[] HOP_BY_HOP = {
        "connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade", "content-length"
    };

    /** Everything of the upstream's is kept as sent, in order, but what was meant for us alone. */
    static AnswerHead relayed(ResponseHead head, String method, String requestId) {
        HeaderFields fields = head.fields();
        BitSet dropped = new BitSet(fields.size());
        for (String name : HOP_BY_HOP) {
            drop(fields, name, dropped);
        }
        dropNamedByConnection(fields, dropped);
        dropGatewayCookies(fields, dropped);
        int length = fields.indexOf("content-length", 0);
        if (length >= 0 && (method.equals(HEAD) || head.status() == NOT_MODIFIED)) {
            // There it tells of the content that a GET would bring (RFC 9110 §8.6), and frames nothing.
            dropped.clear(length);
        }
        List<ResponseField> added = head.isInterim() || fields.contains("x-request-id")
                ? List.of()
                : List.of(new ResponseField("X-Request-Id", requestId));
        return new AnswerHead(head.status(), head.reason(), fields, dropped, added, head.framing());
    }

    /** The 101 that opens a tunnel: what it agrees to is stated anew, and everything else is kept as of any answer. */
    static AnswerHead switching(ResponseHead head, String requestId) {
        AnswerHead relayed = relayed(head, GET, requestId);
        List<ResponseField> added = new ArrayList<>();
        added.add(new ResponseField("Connection", WebSocketHandshake.OPTION));
        added.add(new ResponseField("Upgrade", WebSocketHandshake.PROTOCOL));
        if (!head.fields().contains("x-request-id")) {
            added.add(new ResponseField("X-Request-Id", requestId));
        }
        return new AnswerHead(head.status(), head.reason(), relayed.received, relayed.dropped, added, head.framing());
    }

    static AnswerHead of(LocalResponse response, String method, String requestId) {
        List<ResponseField> added = new ArrayList<>(response.fields());
        added.add(new ResponseField("X-Request-Id", requestId));
        ContentFraming framing = new ContentFraming.Fixed(response.body().length);
        if (method.equals(HEAD)) {
            added.add(new ResponseField("Content-Length", Integer.toString(response.body().length)));
            framing = ContentFraming.ABSENT;
        } else if (response.status() == NOT_MODIFIED || response.status() == 204) {
            framing = ContentFraming.ABSENT;
        }
        return new AnswerHead(
                response.status(), StatusPhrase.of(response.status()), HeaderFields.empty(), NONE, added, framing);
    }

    boolean hasContent() {
        return framing instanceof ContentFraming.Fixed;
    }

    private static void drop(HeaderFields fields, String name, BitSet dropped) {
        for (int index = fields.indexOf(name, 0); index >= 0; index = fields.indexOf(name, index + 1)) {
            dropped.set(index);
        }
    }

    /** An upstream that could set them would sign its visitors in as somebody else. */
    private static void dropGatewayCookies(HeaderFields fields, BitSet dropped) {
        for (int index = 0; index < fields.size(); index++) {
            if (GatewayCookies.isSetBy(fields, index)) {
                dropped.set(index);
            }
        }
    }

    private static void dropNamedByConnection(HeaderFields fields, BitSet dropped) {
        for (int index = fields.indexOf("connection", 0); index >= 0; index = fields.indexOf("connection", index + 1)) {
            String[] options = fields.value(index).split(",", MAX_CONNECTION_OPTIONS);
            for (String option : options) {
                String name = option.strip().toLowerCase(Locale.ROOT);
                if (!name.isEmpty() && !UNREMOVABLE.contains(name)) {
                    drop(fields, name, dropped);
                }
            }
        }
    }

    /** An upstream that names these as connection options does not mean what removing them would do. */
    private static final Set<String> UNREMOVABLE = Set.of("close", "keep-alive", "set-cookie", "cache-control", "date");
}
