package dev.sallyport.server.cli.clients;

import dev.sallyport.core.config.file.ClientFileReader;
import dev.sallyport.core.config.file.ClientFileWriter;
import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.server.cli.failure.CommandFailure;
import dev.sallyport.server.cli.list.ListFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Files of clients. */
final class ClientFileFormat implements ListFormat<ClientEntry> {
    @Override
    public List<ClientEntry> parse(Path file, byte[] bytes) {
        Problems problems = new Problems();
        List<ClientEntry> clients = ClientFileReader.read(file, bytes, problems);
        if (!problems.isEmpty()) {
            throw CommandFailure.inWhatWasGiven("this file of clients has errors and was left alone:\n"
                    + problems.list().stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
        }
        return clients;
    }

    @Override
    public byte[] toBytes(List<ClientEntry> clients) {
        return ClientFileWriter.write(clients);
    }
}
