package dev.sallyport.core.gateway.compile.authenticator;

import dev.sallyport.core.auth.binding.SenderConstraint;
import dev.sallyport.core.auth.binding.SenderConstraint.Mode;
import dev.sallyport.core.auth.binding.SenderConstraint.Nonce;
import dev.sallyport.core.config.ListenerConfig;
import dev.sallyport.core.config.ListenerConfig.ClientCertificateMode;
import dev.sallyport.core.config.authenticator.SenderConfig;
import dev.sallyport.core.config.authenticator.SenderConfig.DpopConfig;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.http.CredentialLocation;
import java.util.Locale;

/** Whether tokens must be bound to their sender's key. */
final class SenderCompiler {
    private static final CredentialLocation BEARER = new CredentialLocation.Scheme("Authorization", "Bearer");

    private final Draft draft;

    SenderCompiler(Draft draft) {
        this.draft = draft;
    }

    /** @param path of the authenticator's kind */
    SenderConstraint compile(String name, String path, SenderConfig.SenderConstraint written, DpopConfig dpop, CredentialLocation location) {
        Mode mode = Mode.valueOf(written.name());
        boolean takesProofs = mode == Mode.DPOP || mode == Mode.ANY;
        if (takesProofs && !location.equals(BEARER)) {
            draft.problem(path + ".senderConstraint", "proofs come with tokens in `Authorization` alone (RFC 9449 §7.1); leave `from` out");
        }
        if (dpop.requireNonce() && !takesProofs) {
            draft.problem(path + ".dpop.requireNonce", "no proof is looked at with `senderConstraint` " + written.name().toLowerCase(Locale.ROOT));
        }
        if (mode == Mode.MTLS && !anyListenerAsks()) {
            draft.problem(path + ".senderConstraint", "can never be satisfied: no listener asks for client certificates; see `clientCertificate.mode: bound`");
        }
        return SenderConstraint.of(name, mode, dpop.requireNonce() ? Nonce.REQUIRED : Nonce.NOT_ASKED, draft.ports().worker());
    }

    private boolean anyListenerAsks() {
        return draft.config().listeners().values().stream()
                .flatMap(listener -> listener.tls().stream())
                .map(ListenerConfig.TlsConfig::clientCertificate)
                .anyMatch(asked -> asked.mode() != ClientCertificateMode.NONE);
    }
}
