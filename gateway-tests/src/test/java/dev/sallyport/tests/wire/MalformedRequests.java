package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.lines;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Bytes that are no unambiguous request. Each has a path that says it must not arrive. */
final class MalformedRequests {
    private static final String HOST = "Host: api.example.com";
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    private MalformedRequests() {}

    static List<String> all() {
        List<String> all = new ArrayList<>();
        all.addAll(requestLines());
        all.addAll(fieldLines());
        all.addAll(hosts());
        all.addAll(lengths());
        all.addAll(codings());
        all.addAll(chunks());
        all.addAll(bounds());
        return all;
    }

    private static List<String> requestLines() {
        return each(line -> line + "\r\n" + HOST + "\r\n\r\n",
                "GET  /bad HTTP/1.1", "GET /bad  HTTP/1.1", " GET /bad HTTP/1.1", "GET\t/bad HTTP/1.1", "GET /bad\tHTTP/1.1", "GET /bad", "GET /bad ",
                "GET /bad HTTP/1.1 ", "GET /bad HTTP/1.2", "GET /bad HTTP/2.0", "GET /bad HTTP/0.9", "GET /bad HTTP/1.10", "GET /bad http/1.1", "GET /bad HTTP/1.1x", "GET /bad HTTP/11",
                "GET /bad HTTP /1.1", "GET /bad FTP/1.1", "G(T /bad HTTP/1.1", "G\u0000T /bad HTTP/1.1", "GET /b ad HTTP/1.1", "GET bad HTTP/1.1", "GET /bad\u0000 HTTP/1.1", "GET /bad\u0080 HTTP/1.1",
                "GET ?bad HTTP/1.1", "CONNECT api.example.com:80 HTTP/1.1", "TRACE /bad HTTP/1.1", "GET * HTTP/1.1", "PRI * HTTP/2.0", "\u0000\u0000GET /bad HTTP/1.1", "\u0001GET /bad HTTP/1.1",
                "HTTP/1.1 200 OK", "GET /bad\u000bHTTP/1.1", "GET /bad\u000cx HTTP/1.1", "/bad HTTP/1.1", "");
    }

    private static List<String> fieldLines() {
        List<String> all = each(line -> lines("GET /bad HTTP/1.1", HOST, line),
                "X-A : 1", "X-A\t: 1", " X-A: 1", "\tX-A: 1", "X A: 1", "X-A", ": 1", "X-\u0000A: 1", "X-A: 1\u0000", "X-A: a\u0001b", "X-A: a\u007fb", "X-A: a\u0008", "X(A): 1", "X-A\u0080: 1",
                "X@A: 1", "\"X-A\": 1", "X-A: 1\r\n folded", "X-A: 1\r\n\tfolded", "X-A: a\rb", "X-A: a\nX-B: b", "X-A: 1\n\r\n", "X-A: 1\r", "{}: 1", "X-A;: 1", "=: 1", "Expect: 200-ok", "Expect: 100-continue, x");
        all.add("GET /bad HTTP/1.1\n" + HOST + "\n\n");
        all.add("GET /bad HTTP/1.1\r" + HOST + "\r\r");
        all.add("GET /bad HTTP/1.1\r\n" + HOST + "\n\r\n");
        all.add("GET /bad HTTP/1.1\r\n" + HOST + "\r\n\n");
        all.add("GET /bad HTTP/1.1\r\n " + HOST + "\r\n\r\n");
        all.add("GET /bad HTTP/1.1\r\r\n" + HOST + "\r\n\r\n");
        return all;
    }

    private static List<String> hosts() {
        List<String> all = each(line -> lines("GET /bad HTTP/1.1", line),
                "X-No-Host: 1", HOST + "\r\n" + HOST, HOST + "\r\nhost: other.test", "Host: a, b", "Host: a b", "Host: a/b", "Host: user@api.example.com", "Host: api.example.com:x", "Host: api.example.com:99999",
                "Host: api.example.com:", "Host: [::1", "Host: a\\b", "Host: a#b", "Host: a?b", "Host: <a>", "Host: a%00b", "Host: \u00e4", "Host : api.example.com");
        all.remove(lines("GET /bad HTTP/1.1", "Host: api.example.com:"));
        all.add(lines("GET http://other.test/bad HTTP/1.1", HOST));
        all.add(lines("GET http:http://api.example.com/bad HTTP/1.1", HOST));
        all.add(lines("GET http:///bad HTTP/1.1", HOST));
        return all;
    }

    private static List<String> lengths() {
        return each(line -> lines("POST /bad HTTP/1.1", HOST, line) + "hello",
                "Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5, 5", "Content-Length: 5,6", "Content-Length: +5", "Content-Length: -5", "Content-Length: 0x5",
                "Content-Length: 5.0", "Content-Length: 5e0", "Content-Length: 5 5", "Content-Length: five", "Content-Length:", "Content-Length: 5;", "Content-Length: \"5\"", "Content-Length: 99999999999999999999",
                "Content-Length: 18446744073709551621", "Content-Length: 4294967301000000000000", "Content-Length: 5\u0000", "Content-Length : 5", "Content-Length: 5\r\n 0", "Content-Length: 0\r\n" + CHUNKED,
                "Content-Length: 5\r\n" + CHUNKED, CHUNKED + "\r\nContent-Length: 5", "Content-Length: \u0665", "Content-Length: 5\u000b", "Content-Length: 1_0");
    }

    private static List<String> codings() {
        List<String> all = each(line -> lines("POST /bad HTTP/1.1", HOST, line) + "5\r\nhello\r\n0\r\n\r\n",
                "Transfer-Encoding: xchunked", "Transfer-Encoding: chunkedx", "Transfer-Encoding: identity", "Transfer-Encoding: gzip", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, gzip",
                "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked, identity", CHUNKED + "\r\n" + CHUNKED, CHUNKED + "\r\nTransfer-Encoding: identity", "Transfer-Encoding: identity\r\n" + CHUNKED,
                "Transfer-Encoding:", "Transfer-Encoding: ,chunked", "Transfer-Encoding: chunked,", "Transfer-Encoding: \"chunked\"", "Transfer-Encoding: chunked;q=1", "Transfer-Encoding: chunked;", "Transfer-Encoding: \u000bchunked",
                "Transfer-Encoding: chunked\u0000", "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked", " Transfer-Encoding: chunked", "Transfer-Encoding:\r\n chunked", "Transfer-Encoding: chun\r\n ked", "Transfer-Encoding: chunk\u00e9d",
                "Transfer-Encoding: 'chunked'", "X: y\rTransfer-Encoding: chunked", "X: y\nTransfer-Encoding: chunked");
        all.add("POST /bad HTTP/1.0\r\n" + HOST + "\r\n" + CHUNKED + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        return all;
    }

    private static List<String> chunks() {
        List<String> all = each(body -> lines("POST /bad HTTP/1.1", HOST, CHUNKED) + body,
                "5\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", " 5\r\nhello\r\n0\r\n\r\n",
                "\t5\r\nhello\r\n0\r\n\r\n", "5g\r\nhello\r\n0\r\n\r\n", "\r\nhello\r\n0\r\n\r\n", "5;a\nb\r\nhello\r\n0\r\n\r\n", "5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n", "5;a=\u0000\r\nhello\r\n0\r\n\r\n",
                "5;" + "x".repeat(20_000) + "\r\nhello\r\n0\r\n\r\n", "10000000000000005\r\nhello\r\n0\r\n\r\n", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n", "80000000000000005\r\nhello\r\n", "5\rhello\r\n0\r\n\r\n", "5\r\r\nhello\r\n0\r\n\r\n",
                "5\r\nhello\r0\r\n\r\n", "5\r\nhello\r\n0\n\n", "5\r\nhello\r\n0\r\n\n", "5\r\nhello\r\n0\r\n\r\r\n", "0\r\nX : y\r\n\r\n", "0\r\n folded\r\n\r\n", "0\r\nX: a\nY: b\r\n\r\n", "0\r\n" + "X: y\r\n".repeat(500) + "\r\n",
                "0\r\nX: " + "y".repeat(40_000) + "\r\n\r\n", "5_0\r\nhello\r\n", "five\r\nhello\r\n");
        all.addAll(each(body -> lines("POST /bad HTTP/1.1", HOST, CHUNKED) + body, "1;x\r\na\r\n".repeat(5) + "1;" + "y".repeat(17_000), "0".repeat(40) + "5\r\nhello\r\n0\r\n\r\n"));
        return all;
    }

    private static List<String> bounds() {
        List<String> all = new ArrayList<>();
        all.add(lines("GET /bad" + "a".repeat(40_000) + " HTTP/1.1", HOST));
        all.add(lines("GET /bad HTTP/1.1", HOST, "X: " + "a".repeat(40_000)));
        all.add(lines("GET /bad HTTP/1.1", HOST, "X".repeat(40_000) + ": 1"));
        all.add(lines("GET /bad HTTP/1.1", HOST, String.join("\r\n", IntStream.range(0, 200).mapToObj(i -> "X-" + i + ": 1").toList())));
        all.add(lines("POST /bad HTTP/1.1", HOST, "Content-Length: 99999999"));
        all.add("X".repeat(40_000));
        return all;
    }

    private static List<String> each(java.util.function.UnaryOperator<String> frame, String... variants) {
        List<String> all = new ArrayList<>();
        for (String variant : variants) {
            all.add(frame.apply(variant));
        }
        return all;
    }
}
