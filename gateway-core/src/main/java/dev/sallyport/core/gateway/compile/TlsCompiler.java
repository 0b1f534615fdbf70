package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.config.ListenerConfig.CertificateConfig;
import dev.sallyport.core.config.ListenerConfig.ClientCertificateConfig;
import dev.sallyport.core.config.ListenerConfig.ClientCertificateMode;
import dev.sallyport.core.config.ListenerConfig.MinVersion;
import dev.sallyport.core.config.ListenerConfig.TlsConfig;
import dev.sallyport.core.config.pem.PemFile;
import dev.sallyport.core.gateway.TlsPlan.ClientCertificates;
import dev.sallyport.core.gateway.TlsPlan;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.tls.OldestVersion;
import dev.sallyport.core.tls.OwnCertificate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a TLS listener presents and asks for. */
final class TlsCompiler {
    private final Draft draft;

    TlsCompiler(Draft draft) {
        this.draft = draft;
    }

    Optional<TlsPlan> compile(String path, TlsConfig config) {
        if (config.certificates().isEmpty()) {
            draft.problem(path + ".certificates", "at least one is needed");
        }
        List<OwnCertificate> certificates = new ArrayList<>();
        for (int i = 0; i < config.certificates().size(); i++) {
            CertificateConfig written = config.certificates().get(i);
            new CertificateFiles(draft).read(path + ".certificates[" + i + "]", written.certificate(), written.key()).ifPresent(certificates::add);
        }
        Optional<ClientCertificates> clients = clients(path + ".clientCertificate", config.clientCertificate());
        return clients.filter(_ -> !certificates.isEmpty()).map(asked -> new TlsPlan(List.copyOf(certificates), oldest(config.minVersion()), asked));
    }

    static OldestVersion oldest(MinVersion written) {
        return switch (written) {
            case TLS_1_2 -> OldestVersion.TLS_1_2;
            case TLS_1_3 -> OldestVersion.TLS_1_3;
        };
    }

    private Optional<ClientCertificates> clients(String path, ClientCertificateConfig config) {
        if (config.mode() == ClientCertificateMode.NONE || config.mode() == ClientCertificateMode.BOUND) {
            if (config.ca().isPresent() || config.crl().isPresent()) {
                draft.problem(path + ".mode", "`" + config.mode().name().toLowerCase(Locale.ROOT) + "` trusts no authority, so `ca` and `crl` have no use");
            }
            return Optional.of(config.mode() == ClientCertificateMode.NONE ? new ClientCertificates.NotAsked() : new ClientCertificates.Bound());
        }
        if (config.insecureAllowStaleCrl()) {
            draft.insecure(path + ".insecureAllowStaleCrl", "revoked certificates may pass once the revocation list is out of date");
        }
        if (config.ca().isEmpty()) {
            draft.problem(path, "`ca` is missing: which authorities may vouch for clients?");
        }
        Optional<Path> ca = config.ca();
        return ca.flatMap(file -> draft.file(path + ".ca", file, PemFile::certificates))
                .map(authorities -> config.mode() == ClientCertificateMode.REQUIRED
                        ? new ClientCertificates.Required(authorities)
                        : new ClientCertificates.Optional(authorities));
    }
}
