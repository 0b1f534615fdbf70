package dev.sallyport.tests.harness;

import java.nio.charset.StandardCharsets;

/** Requests as text, for the host that the test routes name. */
public final class Requests {
    public static final String HOST = "api.example.com";

    private Requests() {}

    public static String get(String target, String... fields) {
        return request("GET", target, "", fields);
    }

    public static String head(String target, String... fields) {
        return request("HEAD", target, "", fields);
    }

    /** With Content-Length; the content is ISO-8859-1. */
    public static String post(String target, String content, String... fields) {
        String[] longer = new String[fields.length + 1];
        System.arraycopy(fields, 0, longer, 0, fields.length);
        longer[fields.length] = "Content-Length: " + content.getBytes(StandardCharsets.ISO_8859_1).length;
        return request("POST", target, content, longer);
    }

    public static String request(String method, String target, String content, String... fields) {
        return lines(method + " " + target + " HTTP/1.1", "Host: " + HOST, String.join("\r\n", fields)) + content;
    }

    /** These lines and the empty one; an empty argument adds no line. */
    public static String lines(String... lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            if (!line.isEmpty()) {
                text.append(line).append("\r\n");
            }
        }
        return text.append("\r\n").toString();
    }
}
