package dev.sallyport.server.cli.keys;

import dev.sallyport.core.state.ApiKeyEntry.Activity;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.server.cli.list.ListFile.Missing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code keys revoke}: the key stays in the file, so that its refusals have a name in the log. */
@Command(name = "revoke", description = "Let a key open nothing any more.", mixinStandardHelpOptions = true)
final class KeysRevoke implements Runnable {
    @Mixin
    private StoreOption store = new StoreOption();

    @Parameters(paramLabel = "ID", description = "The key's public id, as `keys list` shows it.")
    private String id = "";

    @Override
    public void run() {
        store.editor().edit(Missing.IS_WRONG, keys -> KeyRows.replace(keys, id, KeysRevoke::revoked));
    }

    private static ApiKeyEntry revoked(ApiKeyEntry key) {
        return new ApiKeyEntry(key.id(), key.sha256(), key.subject(), key.scopes(), key.notBefore(), key.expiresAt(), Activity.REVOKED);
    }
}
