package dev.sallyport.core.config.oauth;

import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The gateway as an authorization server for clients of its own. */
public record TokenServiceConfig(
        @Doc("https URL that names the server, without query and fragment: the `iss` of its tokens.") URI issuer,
        @Doc("File of the clients; see `sallyport clients --help`.") Path clients,
        @Doc("File that keeps refresh tokens, by their hashes, and what clients spent, over a restart; needed where a client has refresh tokens. It cannot change while the gateway runs.") Optional<Path> state,
        @Doc("How long an access token lives; fifteen minutes at most.") @Default("15m") Duration lifetime,
        @Doc("Keys that sign access tokens; published at /oauth2/jwks.") @Default("{}") SigningConfig signing) {}
