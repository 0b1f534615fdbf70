package dev.sallyport.core.http;

/** One field line of an answer. */
public record ResponseField(String name, String value) {
    /** Whoever comes next is not told the address of this request, in which a code, a state or a token may stand (RFC 9700 §4.2.4). */
    public static final ResponseField NO_REFERRER = new ResponseField("Referrer-Policy", "no-referrer");
}
