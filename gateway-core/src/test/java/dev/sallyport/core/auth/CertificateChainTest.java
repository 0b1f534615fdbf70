package dev.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sallyport.core.Requests;
import dev.sallyport.core.auth.Bystander.Standing;
import dev.sallyport.core.auth.apikey.ApiKeyAuthenticator;
import dev.sallyport.core.auth.apikey.ApiKeyFormat;
import dev.sallyport.core.auth.certificate.AllowedName;
import dev.sallyport.core.auth.certificate.CertificateAuthenticator;
import dev.sallyport.core.auth.certificate.RevokedCertificates;
import dev.sallyport.core.auth.certificate.RevokedCertificates.Staleness;
import dev.sallyport.core.gateway.compile.MadeAuthority;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.core.state.ApiKeyUsage;
import dev.sallyport.core.state.InMemoryApiKeyStore;
import dev.sallyport.core.state.revocation.RevocationList;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/** Chains of what a connection proves and what a header proves, over certificates that an authority signed. */
class CertificateChainTest {
    private static final MadeAuthority CLIENTS = new MadeAuthority("Clients");
    private static final X509Certificate ORDERS = CLIENTS.client("CN=orders").certificate();
    private static final X509Certificate REVOKED = CLIENTS.client("CN=orders").certificate();
    private static final X509Certificate STRANGER = CLIENTS.client("CN=stranger").certificate();
    private static final Instant KEY_END = ORDERS.getNotAfter().toInstant().plusSeconds(60);

    private final Authenticator mesh = new CertificateAuthenticator(
            "mesh", List.of(new AllowedName.Subject("CN=orders")), Optional.empty(), Set.of("internal"),
            Map.of("https", new RevokedCertificates(List.of(CLIENTS.revocationList(REVOKED)), Staleness.REFUSED)));
    private final Authenticator partners = keys("partners", "X-API-Key", "key-of-acme");
    private final Authenticator guests = keys("guests", "X-Guest-Key", "key-of-guest");
    private final AuthChain either = new AuthChain.Any(List.of(one(mesh), one(partners)));
    private final AuthChain both = new AuthChain.All(List.of(one(mesh), one(partners)));

    @Test
    void anyTakesTheCertificateWhereNothingElseIsThere() {
        ChainVerdict.Accepted accepted = accepted(either, ORDERS);
        assertThat(accepted.identity().subject()).isEqualTo("CN=orders");
        assertThat(names(accepted.identity())).containsExactly("mesh");
        assertThat(others(accepted.others())).containsExactly(tuple("partners", Standing.NOTHING_PRESENTED));
    }

    @Test
    void anyPassesOverTheCertificateWhereAKeyIsThere() {
        for (X509Certificate certificate : List.of(ORDERS, STRANGER, REVOKED)) {
            Identity identity = accepted(either, certificate, "X-API-Key", "key-of-acme").identity();
            assertThat(identity.subject()).isEqualTo("acme");
            assertThat(names(identity)).containsExactly("partners");
        }
        assertThat(others(accepted(either, ORDERS, "X-API-Key", "key-of-acme").others())).containsExactly(tuple("mesh", Standing.HELD));
    }

    @Test
    void certificateNeverMakesUpForABadKey() {
        for (AuthChain chain : List.of(either, both)) {
            ChainVerdict.Refused refused = refused(chain, ORDERS, "X-API-Key", "key-of-nobody");
            assertThat(refused.rejection().reason()).isEqualTo(RejectReason.API_KEY_UNKNOWN);
            assertThat(refused.credentialId()).isEmpty();
            assertThat(others(refused.others())).containsExactly(tuple("mesh", Standing.HELD));
        }
    }

    @Test
    void keyNeverMakesUpForABadCertificateWhereBothAreAsked() {
        for (AuthChain chain : List.of(both, new AuthChain.All(List.of(one(partners), one(mesh))))) {
            assertThat(refused(chain, STRANGER, "X-API-Key", "key-of-acme").rejection().reason()).isEqualTo(RejectReason.CERTIFICATE_NOT_ALLOWED);
        }
    }

    @Test
    void badCertificateIsRefusedUnderItsSerial() {
        ChainVerdict.Refused revoked = refused(either, REVOKED);
        assertThat(revoked.rejection().reason()).isEqualTo(RejectReason.CERTIFICATE_REVOKED);
        assertThat(revoked.rejection().status()).isEqualTo(401);
        assertThat(revoked.credentialId()).contains(REVOKED.getSerialNumber().toString(16));
        ChainVerdict.Refused stranger = refused(one(mesh), STRANGER);
        assertThat(stranger.rejection().reason()).isEqualTo(RejectReason.CERTIFICATE_NOT_ALLOWED);
        assertThat(stranger.rejection().status()).isEqualTo(403);
    }

    @Test
    void allNeedsCertificateAndKeyAndEndsWithTheFirstThatEnds() {
        Identity identity = accepted(both, ORDERS, "X-API-Key", "key-of-acme").identity();
        assertThat(identity.subject()).isEqualTo("CN=orders");
        assertThat(identity.scopes()).containsExactly("internal");
        assertThat(names(identity)).containsExactly("mesh", "partners");
        assertThat(identity.expiresAt()).contains(ORDERS.getNotAfter().toInstant());
        assertThat(refused(both, STRANGER, "X-API-Key", "key-of-acme").rejection().reason()).isEqualTo(RejectReason.CERTIFICATE_NOT_ALLOWED);
        assertThat(refused(both, REVOKED, "X-API-Key", "key-of-acme").rejection().reason()).isEqualTo(RejectReason.CERTIFICATE_REVOKED);
        ChainVerdict.Refused keyMissing = refused(both, ORDERS);
        assertThat(keyMissing.rejection().reason()).isEqualTo(RejectReason.CREDENTIALS_MISSING);
        assertThat(others(keyMissing.others())).containsExactly(tuple("partners", Standing.NOTHING_PRESENTED));
        RequestView withoutCertificate = Requests.get("/", "X-API-Key", "key-of-acme");
        assertThat(ChainPlan.of("r", both).run(withoutCertificate, RevocationList.NONE)).isInstanceOfSatisfying(
                ChainVerdict.Refused.class, it -> assertThat(it.rejection().reason()).isEqualTo(RejectReason.CERTIFICATE_MISSING));
    }

    @Test
    void anyListsEveryMemberThatIsMetAndOfOneMetInPartNobody() {
        AuthChain nested = new AuthChain.Any(List.of(both, one(guests)));
        assertThat(names(accepted(nested, ORDERS, "X-API-Key", "key-of-acme", "X-Guest-Key", "key-of-guest").identity()))
                .containsExactly("mesh", "partners", "guests");
        ChainVerdict.Accepted part = accepted(nested, STRANGER, "X-API-Key", "key-of-acme", "X-Guest-Key", "key-of-guest");
        assertThat(names(part.identity())).containsExactly("guests");
        assertThat(others(part.others())).containsExactly(tuple("partners", Standing.HELD));
    }

    @Test
    void authenticatorThatStandsTwiceCountsOnce() {
        AuthChain twice = new AuthChain.Any(List.of(both, one(partners)));
        assertThat(names(accepted(twice, ORDERS, "X-API-Key", "key-of-acme").identity())).containsExactly("mesh", "partners");
        assertThat(names(accepted(new AuthChain.All(List.of(both, one(partners))), ORDERS, "X-API-Key", "key-of-acme").identity()))
                .containsExactly("mesh", "partners");
    }

    private static AuthChain one(Authenticator authenticator) {
        return new AuthChain.One(authenticator);
    }

    private static ApiKeyAuthenticator keys(String name, String header, String key) {
        ApiKeyEntry entry = new ApiKeyEntry(
                name, ApiKeyFormat.sha256(key), key.substring("key-of-".length()), Set.of(), Optional.empty(), Optional.of(KEY_END),
                ApiKeyEntry.Activity.ACTIVE);
        return new ApiKeyAuthenticator(name, header, InMemoryApiKeyStore.of(List.of(entry)), new ApiKeyUsage());
    }

    private static ChainVerdict run(AuthChain chain, X509Certificate certificate, String... fields) {
        Instant inDate = certificate.getNotBefore().toInstant().plusSeconds(60);
        return ChainPlan.of("r", chain).run(Requests.at(inDate, Requests.with(List.of(certificate), "/", fields)), RevocationList.NONE);
    }

    private static ChainVerdict.Accepted accepted(AuthChain chain, X509Certificate certificate, String... fields) {
        return (ChainVerdict.Accepted) run(chain, certificate, fields);
    }

    private static ChainVerdict.Refused refused(AuthChain chain, X509Certificate certificate, String... fields) {
        return (ChainVerdict.Refused) run(chain, certificate, fields);
    }

    private static List<String> names(Identity identity) {
        return identity.proofs().stream().map(Proof::authenticator).toList();
    }

    private static List<Tuple> others(List<Bystander> others) {
        return others.stream().map(each -> tuple(each.authenticator().name(), each.standing())).toList();
    }
}
