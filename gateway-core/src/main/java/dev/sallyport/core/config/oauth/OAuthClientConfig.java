package dev.sallyport.core.config.oauth;

import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.port.Secret;
import java.nio.file.Path;
import java.util.Optional;

/** The gateway as a client of the provider: exactly one of {@code secret} and {@code key}. */
public record OAuthClientConfig(
        @Doc("`client_id` of the gateway at the provider.") String id,
        @Doc("Its secret, sent as `client_secret_basic`.") Optional<Secret> secret,
        @Doc("PEM file of its private key, for `private_key_jwt`: RSA or P-256, P-384, P-521.") Optional<Path> key,
        @Doc("`kid` under which the provider knows the key.") Optional<String> keyId) {}
