package dev.sallyport.server.cli.keys;

import java.util.List;

/** How often a key was used since the gateway's start, and when last, as the gateway says it. */
record KeyUsage(long count, String lastUse) {
    static final KeyUsage NONE = new KeyUsage(0, "-");

    List<String> cells() {
        return List.of(Long.toString(count), lastUse);
    }
}
