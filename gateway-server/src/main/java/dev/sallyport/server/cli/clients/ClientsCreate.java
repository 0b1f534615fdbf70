package dev.sallyport.server.cli.clients;

import dev.sallyport.core.config.file.ClientFileReader;
import dev.sallyport.core.config.file.ClientFileWriter;
import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.jose.KeyList;
import dev.sallyport.core.token.client.ClientEntry.Proof;
import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.core.token.client.ClientKeys;
import dev.sallyport.core.token.client.ClientSecretFormat;
import dev.sallyport.server.cli.failure.CommandFailure;
import dev.sallyport.server.cli.list.ListFile.Missing;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code clients create}. */
@Command(
        name = "create",
        description = "Add a client to the file, and print its secret, if it has one: once, alone on standard output.",
        mixinStandardHelpOptions = true)
final class ClientsCreate implements Runnable {
    private static final SecureRandom RANDOM = new SecureRandom();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientStoreOption store = new ClientStoreOption();

    @Mixin
    private ClientTerms terms = new ClientTerms();

    @Override
    public void run() {
        terms.proof().ifPresentOrElse(this::add, this::addWithSecret);
    }

    private void addWithSecret() {
        String secret = ClientSecretFormat.create(RANDOM);
        String id = add(new Proof.Secrets(List.of(HexFormat.of().formatHex(ClientSecretFormat.sha256(secret)))));
        PrintWriter out = spec.commandLine().getOut();
        out.println(secret);
        out.flush();
        if (out.checkError()) {
            throw CommandFailure.atRunTime("the client '" + id + "' is in the file, but its secret could not be printed; take it out and make it again");
        }
    }

    private String add(Proof proof) {
        ClientEntry client = terms.entry(proof);
        require(client);
        store.editor().edit(Missing.IS_EMPTY, clients -> ClientRows.add(clients, client));
        return client.id();
    }

    /** Nothing is written that the gateway would not read. */
    private static void require(ClientEntry client) {
        Problems problems = new Problems();
        ClientFileReader.read(Path.of(""), ClientFileWriter.write(List.of(client)), problems);
        if (!problems.isEmpty()) {
            throw CommandFailure.inWhatWasGiven(problems.list().stream().map(ConfigProblem::message).collect(Collectors.joining("; ")));
        }
        if (client.proof() instanceof Proof.PublicKeys(String text)) {
            switch (ClientKeys.parse(text)) {
                case KeyList.Parsed.Malformed(String why) -> throw CommandFailure.inWhatWasGiven("--public-keys: " + why);
                case KeyList.Parsed.Keys(KeyList list) when list.keys().isEmpty() ->
                        throw CommandFailure.inWhatWasGiven("--public-keys: no key in it is taken: " + String.join("; ", list.leftOut()));
                case KeyList.Parsed.Keys _ -> {}
            }
        }
    }
}
