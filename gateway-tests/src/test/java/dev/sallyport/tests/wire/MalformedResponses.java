package dev.sallyport.tests.wire;

import java.util.List;

/** What a broken or hostile upstream answers. */
final class MalformedResponses {
    private MalformedResponses() {}

    /** Wrong within the head: nothing of it may reach the client. */
    static List<String> heads() {
        return List.of(
                "garbage\r\n\r\n", "\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/0.9 200 OK\r\nContent-Length: 0\r\n\r\n",
                "http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 O\u0000K\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\rContent-Length: 0\r\r",
                " HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n", "HTTP/1.1 200 OK\r\n Content-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\nSet-Cookie: evil=1\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: evil=1\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nX: \u0000\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nraw",
                "HTTP/1.1 200 OK\r\nX: " + "y".repeat(200_000) + "\r\n\r\n", "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(5_000) + "\r\n", "\u0016\u0003\u0001\u0002\u0000", "HTTP/1.1 100 Continue\r\n\r\n".repeat(5_000));
    }

    /** Wrong after the head: the client must see that the content is not whole. */
    static List<String> bodies() {
        return List.of("5\nhello\r\n0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "zz\r\nhello\r\n0\r\n\r\n", "ffffffffffffffff\r\nhello", "5;" + "x".repeat(100_000) + "\r\nhello\r\n0\r\n\r\n",
                "5\r\nhello\r\n0\r\nX : y\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "\r\n\r\n");
    }
}
