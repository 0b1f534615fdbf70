package dev.sallyport.server.cli.keys.usage;

import java.util.List;

/** How often a key was used since the gateway's start, and when last, as the gateway says it. */
public record KeyUsage(long count, String lastUse) {
    public static final KeyUsage NONE = new KeyUsage(0, "-");

    public List<String> cells() {
        return List.of(Long.toString(count), lastUse);
    }
}
