package dev.sallyport.server.cli.keys;

import dev.sallyport.core.state.ApiKeyEntry.Activity;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.server.cli.failure.CommandFailure;
import dev.sallyport.server.cli.list.ListFile.Missing;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keys import}: keys made elsewhere keep working; their hash is all we need. */
@Command(
        name = "import",
        description = "Add a key made elsewhere by its hash, and print the id that it got.",
        footer = {"", "The hash is over the whole key: printf %%s \"$KEY\" | sha256sum"},
        mixinStandardHelpOptions = true)
final class KeysImport implements Runnable {
    private static final Pattern HASH = Pattern.compile("sha256:([0-9A-Fa-f]{64})");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private KeyTerms terms = new KeyTerms();

    @Option(names = "--hash", required = true, paramLabel = "sha256:HEX", description = "SHA-256 of the key's bytes.")
    private String hash = "";

    @Override
    public void run() {
        Matcher matcher = HASH.matcher(hash);
        if (!matcher.matches()) {
            // What was given is not repeated: it could be the key itself.
            throw CommandFailure.inWhatWasGiven("--hash must be sha256: and 64 hexadecimal digits");
        }
        KeyDates dates = terms.dates();
        ApiKeyEntry entry = new ApiKeyEntry(
                terms.id().map(FreshKey::checked).orElseGet(FreshKey::randomId),
                matcher.group(1).toLowerCase(Locale.ROOT),
                terms.subject(),
                terms.scopes(),
                dates.notBefore(),
                dates.expiresAt(),
                Activity.ACTIVE);
        store.editor().edit(Missing.IS_EMPTY, keys -> KeyRows.add(keys, entry));
        spec.commandLine().getOut().println(entry.id());
    }
}
