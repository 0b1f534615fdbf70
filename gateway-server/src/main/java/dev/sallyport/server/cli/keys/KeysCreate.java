package dev.sallyport.server.cli.keys;

import dev.sallyport.core.state.ApiKeyEntry.Activity;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.server.cli.list.ListFile.Missing;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keys create}. */
@Command(
        name = "create",
        description = "Make a key, add it to the file, and print it: once, alone on standard output.",
        mixinStandardHelpOptions = true)
final class KeysCreate implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private KeyTerms terms = new KeyTerms();

    @Override
    public void run() {
        FreshKey fresh = FreshKey.generate(terms.id());
        KeyDates dates = terms.dates();
        Set<String> scopes = terms.scopes();
        ApiKeyEntry entry = new ApiKeyEntry(
                fresh.id(), fresh.sha256(), terms.subject(), scopes, dates.notBefore(), dates.expiresAt(), Activity.ACTIVE);
        store.editor().edit(Missing.IS_EMPTY, keys -> KeyRows.add(keys, entry));
        fresh.printTo(spec.commandLine());
    }
}
