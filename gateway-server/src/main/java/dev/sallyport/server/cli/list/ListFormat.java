package dev.sallyport.server.cli.list;

import java.nio.file.Path;
import java.util.List;

/** The entries of a file, exactly as the gateway itself reads them. */
public interface ListFormat<T> {

    /**
     * A file that the gateway would refuse is not edited: what we do not understand we would lose.
     *
     * @throws dev.sallyport.server.cli.failure.CommandFailure with what is wrong
     */
    List<T> parse(Path file, byte[] bytes);

    byte[] toBytes(List<T> entries);
}
