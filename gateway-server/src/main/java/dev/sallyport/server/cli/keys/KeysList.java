package dev.sallyport.server.cli.keys;

import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.server.cli.failure.CommandFailure;
import dev.sallyport.server.cli.keys.usage.KeyUsage;
import dev.sallyport.server.cli.keys.usage.UsageReader;
import dev.sallyport.server.cli.list.ListFile.Missing;
import dev.sallyport.server.cli.list.TextTable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keys list}: everything but the hashes. */
@Command(
        name = "list",
        description = "Show the keys: id, subject, scopes, state (active, pending, expired, revoked) and dates.",
        mixinStandardHelpOptions = true)
final class KeysList implements Runnable {
    private static final String NONE = "-";

    private final InstantSource clock = InstantSource.system();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StoreOption store = new StoreOption();

    @Option(names = "--admin", paramLabel = "URL", description = "The gateway's admin port, to show uses since its start, such as http://127.0.0.1:9901.")
    private @Nullable URI admin;

    @Option(names = "--token-file", paramLabel = "FILE", description = "File with the admin token; needed with --admin.")
    private @Nullable Path tokenFile;

    @Override
    public void run() {
        List<ApiKeyEntry> keys = store.editor().read(Missing.IS_WRONG);
        Optional<Map<String, KeyUsage>> usage = usage();
        Instant now = clock.instant();
        List<List<String>> rows = new ArrayList<>();
        rows.add(heading(usage.isPresent()));
        for (ApiKeyEntry key : keys) {
            List<String> row = row(key, now);
            usage.ifPresent(uses -> row.addAll(uses.getOrDefault(key.id(), KeyUsage.NONE).cells()));
            rows.add(row);
        }
        TextTable.print(rows, spec.commandLine().getOut());
    }

    private Optional<Map<String, KeyUsage>> usage() {
        if (admin == null && tokenFile == null) {
            return Optional.empty();
        }
        if (admin == null || tokenFile == null) {
            throw CommandFailure.inWhatWasGiven("--admin and --token-file go together");
        }
        return Optional.of(UsageReader.read(admin, tokenFile));
    }

    private static List<String> heading(boolean withUsage) {
        List<String> names = new ArrayList<>(List.of("ID", "SUBJECT", "SCOPES", "STATE", "NOT BEFORE", "EXPIRES"));
        if (withUsage) {
            names.addAll(List.of("USES", "LAST USE"));
        }
        return names;
    }

    private static List<String> row(ApiKeyEntry key, Instant now) {
        String scopes = key.scopes().isEmpty() ? NONE : key.scopes().stream().sorted().collect(Collectors.joining(","));
        return new ArrayList<>(List.of(
                key.id(), key.subject(), scopes, KeyDates.stateOf(key, now), text(key.notBefore()), text(key.expiresAt())));
    }

    private static String text(Optional<Instant> moment) {
        return moment.map(Instant::toString).orElse(NONE);
    }
}
