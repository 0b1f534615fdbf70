package dev.sallyport.core.config.file;

import dev.sallyport.core.config.bind.RecordReader;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.config.tree.TreeBounds;
import dev.sallyport.core.config.tree.YamlReader;
import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.RevocationList;
import dev.sallyport.core.state.revocation.RevokedCredentials;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a revocation file says: credentials by their id, and those of somebody that were issued before some time. */
public record RevocationFile(
        @Doc("Tokens that are called back.") List<RevokedToken> tokens,
        @Doc("Subjects whose older tokens are called back.") List<RevokedSubject> subjects,
        @Doc("OAuth clients whose older tokens are called back.") List<RevokedClient> clients,
        @Doc("Sessions at the provider, by `sid`.") List<String> sessions,
        @Doc("API keys, by their id.") List<String> keys,
        @Doc("Client certificates.") List<RevokedCertificate> certificates) {

    public record RevokedToken(
            @Doc("The token's `jti`.") String jti,
            @Doc("When the token is expired anyway, and this line may go.") Optional<Instant> until) {}

    public record RevokedSubject(
            @Doc("The token's subject.") String subject,
            @Doc("Tokens issued before this time are refused.") Instant issuedBefore) {}

    public record RevokedClient(
            @Doc("The token's `client_id` or `azp`.") String client,
            @Doc("Tokens issued before this time are refused.") Instant issuedBefore) {}

    public record RevokedCertificate(
            @Doc("Serial number in hexadecimal, as `openssl x509 -serial` prints it.") CertificateSerial serial,
            @Doc("Issuer's name (RFC 4514); any issuer without it.") Optional<IssuerName> issuer) {}

    /** An empty file revokes nothing. */
    public static RevocationList read(Path file, byte[] bytes, Problems problems) {
        return YamlReader.verbatim(problems)
                .parse(file, bytes, TreeBounds.KEY_FILE)
                .flatMap(node -> RecordReader.read(node, RevocationFile.class, problems))
                .<RevocationList>map(written -> RevokedCredentials.of(written.revocations()))
                .orElse(RevocationList.NONE);
    }

    private List<Revocation> revocations() {
        List<Revocation> all = new ArrayList<>();
        tokens.forEach(token -> all.add(Revocation.token(token.jti(), token.until().orElse(Instant.MAX))));
        subjects.forEach(each -> all.add(Revocation.subject(each.subject(), each.issuedBefore())));
        clients.forEach(each -> all.add(Revocation.client(each.client(), each.issuedBefore())));
        sessions.forEach(sid -> all.add(Revocation.session(sid)));
        keys.forEach(id -> all.add(Revocation.key(id)));
        certificates.forEach(each -> all.add(Revocation.certificate(each.serial().hex(), each.issuer().map(IssuerName::canonical))));
        return all;
    }
}
