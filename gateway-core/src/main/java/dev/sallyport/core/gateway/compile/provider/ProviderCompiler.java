package dev.sallyport.core.gateway.compile.provider;

import dev.sallyport.core.config.authenticator.JwtConfig.FromConfig;
import dev.sallyport.core.config.oauth.OAuthClientConfig;
import dev.sallyport.core.config.pem.PemFile;
import dev.sallyport.core.config.value.FieldNames;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.jose.AssertionSigner;
import dev.sallyport.core.oauth.provider.ClientAuthentication;
import dev.sallyport.core.state.revocation.Revocations;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What all who trust a provider's tokens write alike: how it is reached, and where its tokens stand. */
public final class ProviderCompiler {
    private static final Duration USUAL_SKEW = Duration.ofMinutes(5);

    private final Draft draft;

    public ProviderCompiler(Draft draft) {
        this.draft = draft;
    }

    public boolean isFetchable(String at, URI uri, boolean insecureAllowHttp) {
        boolean http = "http".equalsIgnoreCase(uri.getScheme());
        if (http && !insecureAllowHttp) {
            draft.problem(at, "plain HTTP needs `insecureAllowHttp: true` written out");
            return false;
        }
        if ((!http && !"https".equalsIgnoreCase(uri.getScheme())) || uri.getHost() == null || uri.getRawUserInfo() != null) {
            draft.problem(at, "must be a URL such as https://auth.example.com/keys");
            return false;
        }
        return true;
    }

    /** What was called back must stay so for as long as it is taken behind its end. */
    public void checkSkew(String at, Duration skew) {
        if (skew.compareTo(Revocations.GRACE) > 0) {
            draft.problem(at, "clocks that are more than an hour apart are wrong; set them");
        } else if (skew.compareTo(USUAL_SKEW) > 0) {
            draft.unusual(at, "expired tokens are taken for more than five minutes");
        }
    }

    /**
     * What `client` and `ca` of one component give; empty where the client is not to be had.
     *
     * @param audience the server's issuer identifier, or the endpoint where it has none
     */
    public Optional<ProviderAccess> access(String path, OAuthClientConfig client, Optional<Path> ca, String audience) {
        Optional<ClientAuthentication> proof = client(path + ".client", client, audience);
        Optional<String> authorities = ca.flatMap(file -> authorities(path + ".ca", file));
        Map<Path, String> inputs = Stream.concat(client.key().stream(), ca.stream())
                .distinct()
                .collect(Collectors.toUnmodifiableMap(file -> file, draft.files()::digestOf));
        return proof.map(found -> new ProviderAccess(found, authorities, inputs));
    }

    public Optional<String> authorities(String at, Path file) {
        return draft.file(at, file, bytes -> {
            if (PemFile.certificates(bytes).isEmpty()) {
                throw new IllegalArgumentException("holds no certificate");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        });
    }

    private Optional<ClientAuthentication> client(String at, OAuthClientConfig written, String audience) {
        if (written.secret().isPresent() == written.key().isPresent()) {
            draft.problem(at, "exactly one of `secret` and `key` is expected here");
            return Optional.empty();
        }
        if (written.secret().isPresent()) {
            return written.secret().map(secret -> new ClientAuthentication.SharedSecret(written.id(), secret));
        }
        return draft.file(at + ".key", written.key().orElseThrow(), bytes -> AssertionSigner.of(PemFile.privateKey(bytes), written.keyId()))
                .map(signer -> new ClientAuthentication.PrivateKeyJwt(written.id(), audience, signer));
    }

    public CredentialLocation location(String at, FromConfig from) {
        if (!FieldNames.isToken(from.header())) {
            draft.problem(at + ".header", "`" + from.header() + "` is no header name");
        }
        from.scheme().filter(scheme -> !FieldNames.isToken(scheme)).ifPresent(scheme ->
                draft.problem(at + ".scheme", "`" + scheme + "` is no authentication scheme"));
        if (from.header().equalsIgnoreCase("Authorization")) {
            return new CredentialLocation.Scheme("Authorization", from.scheme().orElse("Bearer"));
        }
        return from.scheme()
                .<CredentialLocation>map(scheme -> new CredentialLocation.Scheme(from.header(), scheme))
                .orElse(new CredentialLocation.Field(from.header()));
    }
}
