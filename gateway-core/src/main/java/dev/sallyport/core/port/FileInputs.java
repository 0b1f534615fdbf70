package dev.sallyport.core.port;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads the files that a configuration names. Whoever implements it remembers each path with the digest of its content,
 * so that a change of any of them is noticed.
 */
public interface FileInputs {

    Content read(Path path);

    /** The files of a directory by name, sorted, hidden ones left out (Kubernetes keeps its {@code ..data} there); empty if {@code path} is no directory. */
    Optional<List<Path>> list(Path path);

    /** What reading gave. */
    sealed interface Content {
        record Bytes(byte[] bytes) implements Content {}

        /** Missing, forbidden or over the reader's size bound; {@code why} is one clause for the operator. */
        record Unreadable(String why) implements Content {}
    }
}
