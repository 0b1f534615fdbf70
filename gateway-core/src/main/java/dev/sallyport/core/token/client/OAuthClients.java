package dev.sallyport.core.token.client;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The clients that are registered, revoked ones among them. */
public final class OAuthClients {
    private final Map<String, OAuthClient> byId;

    /** @param clients with distinct ids */
    public OAuthClients(List<OAuthClient> clients) {
        this.byId = clients.stream().collect(Collectors.toUnmodifiableMap(OAuthClient::id, Function.identity()));
    }

    /** Who may act; a revoked client is none. */
    public Optional<OAuthClient> find(String id) {
        return Optional.ofNullable(byId.get(id)).filter(client -> client.entry().activity() == ClientEntry.Activity.ACTIVE);
    }

    public List<ClientEntry> all() {
        return byId.values().stream().map(OAuthClient::entry).toList();
    }
}
