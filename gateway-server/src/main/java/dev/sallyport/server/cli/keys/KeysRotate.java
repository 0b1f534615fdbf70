package dev.sallyport.server.cli.keys;

import dev.sallyport.core.state.ApiKeyEntry.Activity;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.server.cli.failure.CommandFailure;
import dev.sallyport.server.cli.list.ListFile.Missing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keys rotate}: both keys hold for the overlap, so that a client changes over without an outage. */
@Command(
        name = "rotate",
        description = "Make a new key with the subject and scopes of an old one, which expires after the overlap; print the new key.",
        mixinStandardHelpOptions = true)
final class KeysRotate implements Runnable {
    private final InstantSource clock = InstantSource.system();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StoreOption store = new StoreOption();

    @Parameters(paramLabel = "ID", description = "The old key's public id.")
    private String id = "";

    @Option(names = "--overlap", paramLabel = "7d", defaultValue = "7d", converter = OverlapText.class,
            description = "How long the old key still holds (default: ${DEFAULT-VALUE}); never longer than it would have.")
    private Duration overlap = Duration.ZERO;

    @Option(names = "--expires", paramLabel = "T|90d", converter = MomentText.class, description = "When the new key ceases to hold; never by default.")
    private @Nullable Instant expires;

    @Override
    public void run() {
        FreshKey fresh = FreshKey.generate(Optional.empty());
        store.editor().edit(Missing.IS_WRONG, keys -> rotated(keys, fresh));
        fresh.printTo(spec.commandLine());
    }

    private List<ApiKeyEntry> rotated(List<ApiKeyEntry> keys, FreshKey fresh) {
        ApiKeyEntry old = KeyRows.find(keys, id);
        if (old.activity() == Activity.REVOKED) {
            throw CommandFailure.atRunTime("the key '" + id + "' is revoked; a new one is made by `sallyport keys create`");
        }
        if (old.expiresAt().isPresent() && expires == null) {
            spec.commandLine().getErr().println("sallyport: the old key had an expiry, the new one has none; --expires sets it.");
        }
        ApiKeyEntry heir = new ApiKeyEntry(
                fresh.id(), fresh.sha256(), old.subject(), old.scopes(), Optional.empty(), Optional.ofNullable(expires), Activity.ACTIVE);
        return KeyRows.add(KeyRows.replace(keys, id, this::leaving), heir);
    }

    private ApiKeyEntry leaving(ApiKeyEntry old) {
        Instant end = KeyDates.toSecond(clock.instant().plus(overlap));
        Instant earlier = old.expiresAt().filter(end::isAfter).orElse(end);
        return new ApiKeyEntry(
                old.id(), old.sha256(), old.subject(), old.scopes(), old.notBefore().filter(earlier::isAfter), Optional.of(earlier), old.activity());
    }
}
