package dev.sallyport.core.http;

import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * By what a request is found again in logs and traces.
 *
 * @param requestId goes up as {@code X-Request-Id} and stands in every log line and problem document
 * @param traceparent goes up (W3C Trace Context §3.2): the client's trace, if it sent a valid one, with a span of ours
 */
public record Trace(String requestId, String traceparent, Origin origin) {
    /** Longest request id that is taken over from a trusted proxy. */
    private static final int MAX_REQUEST_ID = 128;

    private static final int TRACE_ID_START = 3;
    private static final int TRACE_ID_END = 35;
    private static final int LENGTH = 55;

    /** Where the trace began; {@code tracestate} means nothing in a trace that began here. */
    public enum Origin { CONTINUED, BEGUN_HERE, UNTRACED }

    /** For tests and commands that trace nothing. */
    public static final Trace NONE = new Trace("", "", Origin.UNTRACED);

    /** An id is only taken over from a trusted proxy: others could make two requests look like one. */
    public static Trace of(Client client, HeaderFields fields, RandomGenerator random) {
        Optional<String> believedId =
                client.isTrustedProxyInFront() ? single(fields, "x-request-id").filter(Trace::isRequestId) : Optional.empty();
        Optional<String> parent = single(fields, "traceparent").filter(Trace::isTraceparent);
        String span = hex(random);
        String requestId = believedId.orElseGet(() -> hex(random) + hex(random));
        if (parent.isPresent()) {
            String continued = "00" + parent.get().substring(2, TRACE_ID_END + 1) + span + parent.get().substring(LENGTH - 3, LENGTH);
            return new Trace(requestId, continued, Origin.CONTINUED);
        }
        return new Trace(requestId, "00-" + hex(random) + hex(random) + "-" + span + "-00", Origin.BEGUN_HERE);
    }

    /** A request whose head could not be read. */
    public static Trace unread(RandomGenerator random) {
        return new Trace(hex(random) + hex(random), "", Origin.BEGUN_HERE);
    }

    private static Optional<String> single(HeaderFields fields, String name) {
        return fields.count(name) == 1 ? fields.findFirst(name) : Optional.empty();
    }

    private static boolean isRequestId(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_REQUEST_ID
                && text.chars().allMatch(letter -> letter < 0x80 && (Character.isLetterOrDigit(letter) || "-._~+/=:".indexOf(letter) >= 0));
    }

    private static boolean isTraceparent(String text) {
        boolean hasForm = text.length() >= LENGTH && text.charAt(2) == '-' && text.charAt(TRACE_ID_END) == '-' && text.charAt(52) == '-';
        if (!hasForm || text.startsWith("ff") || (text.length() > LENGTH && (text.startsWith("00") || text.charAt(LENGTH) != '-'))) {
            return false;
        }
        return isHex(text, 0, 2)
                && isHex(text, TRACE_ID_START, TRACE_ID_END)
                && isHex(text, TRACE_ID_END + 1, 52)
                && isHex(text, 53, LENGTH)
                && !isZero(text, TRACE_ID_START, TRACE_ID_END)
                && !isZero(text, TRACE_ID_END + 1, 52);
    }

    private static boolean isHex(String text, int start, int end) {
        return text.substring(start, end).chars().allMatch(letter -> (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f'));
    }

    private static boolean isZero(String text, int start, int end) {
        return text.substring(start, end).chars().allMatch(letter -> letter == '0');
    }

    /** Sixteen digits, never all zero. */
    private static String hex(RandomGenerator random) {
        long bits = random.nextLong() | 1L;
        StringBuilder digits = new StringBuilder(16);
        for (int shift = 60; shift >= 0; shift -= 4) {
            digits.append(Character.forDigit((int) (bits >>> shift) & 15, 16));
        }
        return digits.toString();
    }
}
