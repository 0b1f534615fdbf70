package dev.sallyport.core.config.authenticator;

import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;

/** How tokens are bound to who may use them. */
public final class SenderConfig {
    private SenderConfig() {}

    /** By what tokens must be bound. */
    public enum SenderConstraint { NONE, DPOP, MTLS, ANY }

    public record DpopConfig(
            @Doc("Take only proofs with a nonce that the gateway gave out (RFC 9449 §9).") @Default("false") boolean requireNonce) {}
}
