package dev.sallyport.core.gateway.compile.authenticator;

import dev.sallyport.core.auth.certificate.AllowedName;
import dev.sallyport.core.auth.certificate.CertificateAuthenticator;
import dev.sallyport.core.auth.certificate.RevokedCertificates.Staleness;
import dev.sallyport.core.auth.certificate.RevokedCertificates;
import dev.sallyport.core.config.ListenerConfig.ClientCertificateConfig;
import dev.sallyport.core.config.ListenerConfig.ClientCertificateMode;
import dev.sallyport.core.config.ListenerConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig.MtlsConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig;
import dev.sallyport.core.config.pem.PemFile;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.Made;
import dev.sallyport.core.identity.Scopes;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** `mtls:`. It holds no state worth carrying over. */
final class CertificateCompiler {
    private final Draft draft;
    private final ListenerCertificates listeners;

    CertificateCompiler(Draft draft, ListenerCertificates listeners) {
        this.draft = draft;
        this.listeners = listeners;
    }

    Optional<Made> compile(String name, String path, MtlsConfig config) {
        if (config.allow().isEmpty()) {
            draft.problem(path + ".allow", "at least one name is needed");
        }
        if (!listeners.anyVerifies()) {
            draft.unusual(path, "no listener asks for client certificates");
        }
        List<AllowedName> allow = config.allow().stream().map(AuthenticatorConfig.AllowedName::compiled).toList();
        return Optional.of(new Made(
                config,
                Map.of(),
                new CertificateAuthenticator(name, allow, config.subject(), Scopes.inOrder(config.scopes()), listeners.revoked()),
                Optional.empty()));
    }
}
