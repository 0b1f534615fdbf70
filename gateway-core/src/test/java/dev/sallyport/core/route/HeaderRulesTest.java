package dev.sallyport.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.IdentityField;
import dev.sallyport.core.identity.IdentityHeaders;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.reject.RejectReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {
    private static final IdentityHeaders IDENTITY = new IdentityHeaders(
            Map.of(IdentityField.SUBJECT, "X-User", IdentityField.METHOD, "X-Auth-Method", IdentityField.SCOPES, "X-Auth-Scopes"),
            Map.of("tenant", "X-Auth-Tenant"));
    private static final HeaderRules RULES = HeaderRules.of(
            IDENTITY,
            Set.of(new CredentialLocation.Field("X-API-Key"), new CredentialLocation.Scheme("Authorization", "Bearer")),
            Route.ClientCertificateForwarding.WITHHELD);

    @ParameterizedTest
    @ValueSource(strings = {
        "X-User", "x-user", "X_User", "x.USER", "X~User", "X-Auth-Subject", "X_AUTH_SUBJECT", "X-Auth.Tenant", "X-API-Key", "x_api_key",
        "X-Forwarded-For", "x_forwarded_user", "X-Forwarded-Uri", "X.Forwarded.Anything", "Forwarded", "X-Request-Id", "traceparent",
        "Client-Cert", "client_cert", "Client-Cert-Chain", "Connection", "Keep-Alive", "TE", "Transfer-Encoding", "Upgrade", "Proxy-Authorization",
        "Proxy-Connection", "Host", "Content-Length", "X-Original-URL", "X-Rewrite-URL", "X-Real-IP"})
    void clientsCopyStaysBehind(String name) {
        assertThat(dropped(name, "evil")).containsExactly(0);
        assertThat(dropped("A", "1", name, "evil", name, "evil")).containsExactly(1, 2);
        assertThat(RULES.droppedTrailers(HeaderFields.of(name, "evil")).cardinality()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept", "X-Users", "XUser", "X-Forwarded", "Cookie", "Expect", "Content-Type", "X-Auth", "tracestat", "Trailer"})
    void otherFieldsGoUpUntouched(String name) {
        assertThat(dropped(name, "fine")).isEmpty();
    }

    @Test
    void onlyTheSchemeOfTheChainIsStripped() {
        assertThat(dropped("Authorization", "bearer abc")).containsExactly(0);
        assertThat(dropped("Authorization", "Bearer")).containsExactly(0);
        assertThat(dropped("Authorization", "Basic abc")).isEmpty();
        assertThat(dropped("Authorization", "BearerX abc")).isEmpty();
    }

    @Test
    void fieldsNamedByConnectionStayBehindButFramingIsStatedAnew() {
        assertThat(dropped("Connection", "close, X-Hop ,,x-other", "X-Hop", "1", "X-Keep", "2", "x-OTHER", "3")).containsExactly(0, 1, 3);
        assertThat(dropped("Connection", "Content-Length, X-User", "Content-Length", "3")).containsExactly(0, 1);
    }

    @Test
    void endlessConnectionOptionsAreRefused() {
        assertThat(RULES.apply(Requests.get("/", "Connection", "a,".repeat(40)), Identity.ANONYMOUS))
                .isInstanceOfSatisfying(HeaderRules.Outcome.Refused.class, it -> assertThat(it.rejection().reason()).isEqualTo(RejectReason.HEADER_MALFORMED));
    }

    @Test
    void credentialsAndCookiesNeverComeInTrailers() {
        assertThat(RULES.droppedTrailers(HeaderFields.of("Authorization", "Basic x", "X-Checksum", "1", "Cookie", "a")).stream()).containsExactly(0, 2);
    }

    @Test
    void identityIsWrittenSoThatItReadsBackAsOneThing() {
        Map<String, String> added = added(identity(" jürgen%20", Map.of("tenant", List.of("a,b", "c", 7))));
        assertThat(added)
                .containsEntry("X-User", "%20j%C3%BCrgen%2520")
                .containsEntry("X-Auth-Method", "jwt")
                .containsEntry("X-Auth-Scopes", "write:x read:x")
                .containsEntry("X-Auth-Tenant", "a%2Cb,c,7")
                .containsEntry("X-Forwarded-For", "192.0.2.7")
                .containsEntry("X-Forwarded-Proto", "https")
                .containsEntry("X-Forwarded-Host", "api.example");
        assertThat(added(identity("a\r\nX: y", Map.of()))).containsEntry("X-User", "a%0D%0AX: y").doesNotContainKey("X-Auth-Tenant");
    }

    @Test
    void objectsHaveNoPlainFormAndAreLeftOut() {
        assertThat(added(identity("a", Map.of("tenant", Map.of("a", 1))))).doesNotContainKey("X-Auth-Tenant");
        assertThat(added(identity("a", Map.of("tenant", List.of(List.of(1)))))).doesNotContainKey("X-Auth-Tenant");
    }

    @Test
    void anonymousSendsNoIdentity() {
        assertThat(added(Identity.ANONYMOUS)).containsOnlyKeys("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host");
    }

    @Test
    void valueOverFourKibibytesIsRefused() {
        assertThat(RULES.apply(Requests.get("/"), identity("ü".repeat(700), Map.of())))
                .isInstanceOfSatisfying(HeaderRules.Outcome.Refused.class, it -> assertThat(it.rejection().reason()).isEqualTo(RejectReason.IDENTITY_VALUE_TOO_LARGE));
        assertThat(RULES.apply(Requests.get("/"), identity("a".repeat(4096), Map.of()))).isInstanceOf(HeaderRules.Outcome.Edited.class);
    }

    private static Identity identity(String subject, Map<String, Object> claims) {
        return new Identity(
                subject, List.of(new Proof(AuthMethod.JWT, "users")), Scopes.inOrder(List.of("write:x", "read:x")), Optional.empty(), Optional.empty(), claims,
                Optional.empty(), List.of());
    }

    private static List<Integer> dropped(String... fields) {
        return edit(Identity.ANONYMOUS, fields).dropped().stream().boxed().toList();
    }

    private static Map<String, String> added(Identity identity) {
        return edit(identity).added().stream().collect(Collectors.toMap(ResponseField::name, ResponseField::value));
    }

    private static HeaderEdit edit(Identity identity, String... fields) {
        if (RULES.apply(Requests.get("/", fields), identity) instanceof HeaderRules.Outcome.Edited(HeaderEdit edit)) {
            return edit;
        }
        throw new AssertionError("refused");
    }
}
