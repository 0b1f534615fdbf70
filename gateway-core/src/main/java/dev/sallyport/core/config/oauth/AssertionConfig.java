package dev.sallyport.core.config.oauth;

import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import java.time.Duration;
import java.util.Optional;

/** A signed token that says to upstreams who was proven. */
public record AssertionConfig(
        @Doc("Header in which it goes up.") @Default("X-Auth-Assertion") String header,
        @Doc("Its `aud`; by default the name of the upstream.") Optional<String> audience,
        @Doc("Its `iss`.") @Default("sallyport") String issuer,
        @Doc("How long it lives; a credential that ends before ends it too.") @Default("60s") Duration lifetime,
        @Doc("Keys that sign it.") @Default("{}") SigningConfig signing) {}
