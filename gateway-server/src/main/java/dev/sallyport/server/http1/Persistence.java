package dev.sallyport.server.http1;

import dev.sallyport.core.http.HeaderFields;
import java.nio.charset.StandardCharsets;

/** What a message says of its connection after it (RFC 9112 §9.3). */
public enum Persistence {
    KEEP,
    CLOSE;

    private static final String CLOSE_OPTION = "close";

    /** HTTP/1.0 connections are never kept: its keep-alive was a patch that proxies got wrong (RFC 9112 §C.2.2). */
    static Persistence saidBy(HeaderFields fields, HttpVersion version) {
        if (version == HttpVersion.HTTP_1_0) {
            return CLOSE;
        }
        for (int index = fields.indexOf("connection", 0); index >= 0; index = fields.indexOf("connection", index + 1)) {
            if (listsClose(fields, index)) {
                return CLOSE;
            }
        }
        return KEEP;
    }

    private static boolean listsClose(HeaderFields fields, int index) {
        int length = fields.valueEnd(index) - fields.valueStart(index);
        if (length < CLOSE_OPTION.length()) {
            return false;
        }
        String options = new String(fields.bytes(), fields.valueStart(index), length, StandardCharsets.ISO_8859_1);
        for (String option : options.split(",", -1)) {
            if (option.strip().equalsIgnoreCase(CLOSE_OPTION)) {
                return true;
            }
        }
        return false;
    }
}
