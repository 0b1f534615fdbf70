package dev.sallyport.server.cli.clients;

import dev.sallyport.core.token.client.ClientEntry.Activity;
import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.server.cli.failure.CommandFailure;
import java.util.ArrayList;
import java.util.List;

/** Edits on the rows of a file of clients; the order stays. */
final class ClientRows {
    private ClientRows() {}

    static List<ClientEntry> add(List<ClientEntry> clients, ClientEntry fresh) {
        if (clients.stream().anyMatch(client -> client.id().equals(fresh.id()))) {
            throw CommandFailure.atRunTime("the id '" + fresh.id() + "' is taken; ids are unique");
        }
        List<ClientEntry> more = new ArrayList<>(clients);
        more.add(fresh);
        return more;
    }

    static List<ClientEntry> revoke(List<ClientEntry> clients, String id) {
        if (clients.stream().noneMatch(client -> client.id().equals(id))) {
            throw CommandFailure.atRunTime("no client has the id '" + id + "'; `sallyport clients list` shows them");
        }
        return clients.stream().map(client -> client.id().equals(id) ? revoked(client) : client).toList();
    }

    private static ClientEntry revoked(ClientEntry client) {
        return new ClientEntry(
                client.id(), client.proof(), client.audiences(), client.scopes(), client.introspects(), client.refreshTokens(), Activity.REVOKED);
    }
}
