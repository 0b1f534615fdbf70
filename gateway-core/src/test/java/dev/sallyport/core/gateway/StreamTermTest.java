package dev.sallyport.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.route.HeaderRules;
import dev.sallyport.core.identity.IdentityHeaders;
import dev.sallyport.core.route.HostPattern;
import dev.sallyport.core.route.PathPattern;
import dev.sallyport.core.route.PathRewrite;
import dev.sallyport.core.route.PathRules;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.route.RouteAuth;
import dev.sallyport.core.route.RouteMatch;
import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.RevocationList;
import dev.sallyport.core.state.revocation.RevokedCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StreamTermTest {
    private static final Instant NOW = Requests.NOW;
    private static final Instant END = NOW.plusSeconds(60);

    private static StreamTerm term(Route.StreamEnd streams, Optional<Instant> expiresAt) {
        Identity identity = new Identity(
                "anna", List.of(), Set.of(), Optional.empty(), Optional.empty(), Map.of(), expiresAt, List.of(new RevocationHandle.TokenId("j")));
        Route route = new Route(
                "r", new RouteMatch(new HostPattern.Any(), PathPattern.parse("/**"), Set.of(), Map.of()), PathRules.DEFAULT, RouteAuth.OPEN,
                new Destination.ToEndpoint(_ -> new CompletableFuture<>()), new PathRewrite.Unchanged(),
                HeaderRules.of(IdentityHeaders.DEFAULT, Set.of(), Route.ClientCertificateForwarding.WITHHELD), streams);
        return StreamTerm.of(route, identity);
    }

    private static RevocationList revoking(String tokenId) {
        return RevokedCredentials.of(List.of(Revocation.token(tokenId, Instant.MAX)));
    }

    @Test
    void termEndsWithTheCredentialToTheEdge() {
        StreamTerm term = term(Route.StreamEnd.WITH_CREDENTIAL, Optional.of(END));
        assertThat(term.isOver(END.minusNanos(1), RevocationList.NONE)).isFalse();
        assertThat(term.isOver(END, RevocationList.NONE)).isTrue();
    }

    @Test
    void termEndsWhenTheCredentialIsCalledBack() {
        StreamTerm term = term(Route.StreamEnd.WITH_CREDENTIAL, Optional.empty());
        assertThat(term.isOver(NOW, RevocationList.NONE)).isFalse();
        assertThat(term.isOver(NOW, revoking("other"))).isFalse();
        assertThat(term.isOver(NOW, revoking("j"))).isTrue();
    }

    @Test
    void routeMayLetItGoOn() {
        StreamTerm term = term(Route.StreamEnd.WITH_CONNECTION, Optional.of(END));
        assertThat(term.isOver(END.plusSeconds(1), revoking("j"))).isFalse();
    }

    @Test
    void nextLookIsAtTheEndOrASecondLater() {
        assertThat(term(Route.StreamEnd.WITH_CREDENTIAL, Optional.of(END)).nextLook(NOW)).isEqualTo(StreamTerm.LOOK);
        assertThat(term(Route.StreamEnd.WITH_CREDENTIAL, Optional.of(END)).nextLook(END.minusMillis(20))).isEqualTo(Duration.ofMillis(20));
        assertThat(term(Route.StreamEnd.WITH_CREDENTIAL, Optional.empty()).nextLook(NOW)).isEqualTo(StreamTerm.LOOK);
    }
}
