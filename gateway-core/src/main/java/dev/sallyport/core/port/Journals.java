package dev.sallyport.core.port;

import java.nio.file.Path;
import java.util.List;

/** Opens journals. One process has a journal at a time. */
public interface Journals {

    /** A file that is not there yet is an empty journal. */
    Opened open(Path file);

    /** What opening gave. */
    sealed interface Opened {
        /** @param records in the order in which they were kept */
        record Ready(Journal journal, List<String> records) implements Opened {}

        /** Damaged, forbidden or in use: what it held is not known, so nothing may be decided without it. */
        record Unusable(String why) implements Opened {}
    }
}
