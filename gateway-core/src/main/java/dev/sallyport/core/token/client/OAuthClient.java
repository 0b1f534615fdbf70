package dev.sallyport.core.token.client;

/** A client of the token service, made ready to be checked. */
public record OAuthClient(ClientEntry entry, ClientMeans means) {

    public String id() {
        return entry.id();
    }
}
