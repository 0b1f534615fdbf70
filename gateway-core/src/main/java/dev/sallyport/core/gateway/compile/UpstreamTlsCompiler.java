package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.config.UpstreamConfig.UpstreamTlsConfig;
import dev.sallyport.core.config.pem.PemFile;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.tls.OwnCertificate;
import dev.sallyport.core.upstream.UpstreamTls.Trust;
import dev.sallyport.core.upstream.UpstreamTls;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** How upstreams prove who they are, and what the gateway shows them. */
final class UpstreamTlsCompiler {
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

    /** An address is no name that can be asked for (RFC 6066 §3): the last label of a name is not a number. */
    private static final Pattern HOST_NAME = Pattern.compile("(" + LABEL + "\\.)*(?=[A-Za-z])" + LABEL);

    private final Draft draft;

    UpstreamTlsCompiler(Draft draft) {
        this.draft = draft;
    }

    UpstreamTls compile(String path, UpstreamTlsConfig config) {
        config.serverName().filter(name -> !HOST_NAME.matcher(name).matches())
                .ifPresent(name -> draft.problem(path + ".serverName", "`" + name + "` is no host name"));
        return new UpstreamTls(trust(path, config), config.serverName(), certificate(path, config), TlsCompiler.oldest(config.minVersion()));
    }

    private Trust trust(String path, UpstreamTlsConfig config) {
        if (config.insecureSkipVerification()) {
            draft.insecure(path + ".insecureSkipVerification", "whoever sits between can be the upstream, and reads and changes everything");
            config.ca().ifPresent(_ -> draft.problem(path + ".ca", "nothing is verified, so `ca` has no use"));
            return new Trust.Unverified();
        }
        if (config.ca().isEmpty()) {
            return new Trust.Platform();
        }
        List<X509Certificate> authorities = draft.file(path + ".ca", config.ca().get(), PemFile::certificates).orElse(List.of());
        return new Trust.Only(authorities);
    }

    private Optional<OwnCertificate> certificate(String path, UpstreamTlsConfig config) {
        if (config.certificate().isPresent() != config.key().isPresent()) {
            draft.problem(path, "`certificate` and `key` go together");
            return Optional.empty();
        }
        return config.certificate().flatMap(file -> new CertificateFiles(draft).read(path, file, config.key().orElseThrow()));
    }
}
