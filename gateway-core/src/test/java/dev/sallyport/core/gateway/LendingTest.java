package dev.sallyport.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.ChainVerdict;
import dev.sallyport.core.auth.TokenBearing;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.IdentityHeaders;
import dev.sallyport.core.oauth.lending.CallerToken;
import dev.sallyport.core.oauth.lending.ClientTokens;
import dev.sallyport.core.oauth.lending.ExchangedTokens;
import dev.sallyport.core.oauth.lending.MadeProvider;
import dev.sallyport.core.oauth.lending.TokenOutcome;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.route.HeaderEdit;
import dev.sallyport.core.route.HeaderRules;
import dev.sallyport.core.route.HostPattern;
import dev.sallyport.core.route.PathPattern;
import dev.sallyport.core.route.PathRewrite;
import dev.sallyport.core.route.PathRules;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.route.RouteAuth;
import dev.sallyport.core.route.RouteMatch;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.core.upstream.UpstreamCredentials;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LendingTest {
    private static final RequestView REQUEST = Requests.get("/a", "Authorization", "Bearer of-anna");
    private static final String EXCHANGED =
            "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}";

    private final MadeProvider provider = new MadeProvider();

    private CompletableFuture<Decision.Final> lend(UpstreamCredentials credentials, ChainVerdict.Vouched... by) {
        Upstream upstream = new Upstream(
                "u", List.of(new Target("127.0.0.1", 1)), Upstream.Balance.ROUND_ROBIN, Duration.ofSeconds(1), Duration.ofSeconds(1),
                Duration.ofSeconds(1), 1, new Upstream.HostPolicy.Preserve(), credentials, Optional.empty());
        Destination.ToUpstream destination = new Destination.ToUpstream(upstream, Optional.empty());
        Route route = new Route(
                "r", new RouteMatch(new HostPattern.Any(), PathPattern.parse("/**"), Set.of(), Map.of()), PathRules.DEFAULT, new RouteAuth.Open(), destination,
                new PathRewrite.Unchanged(), HeaderRules.of(IdentityHeaders.DEFAULT, Set.of(), Route.ClientCertificateForwarding.WITHHELD));
        HeaderEdit edit = new HeaderEdit(new BitSet(), List.of(new ResponseField("X-First", "1")));
        Decision.Forward forward = new Decision.Forward(route, destination, Identity.ANONYMOUS, "/a", edit, Optional.empty(), List.of(), Trail.UNROUTED);
        return Lending.lend(forward, REQUEST, List.of(by)).toCompletableFuture();
    }

    private UpstreamCredentials exchanged() {
        return new UpstreamCredentials.Exchanged(new ExchangedTokens(provider.endpoint(), Map.of(), Optional.empty()));
    }

    private static ChainVerdict.Vouched by(Authenticator authenticator) {
        return new ChainVerdict.Vouched(authenticator, Identity.ANONYMOUS);
    }

    private static void assertSent(CompletableFuture<Decision.Final> lent, String name, String value) {
        assertThat(lent.join()).isInstanceOf(Decision.Forward.class);
        assertThat(((Decision.Forward) lent.join()).headers().added()).containsExactly(new ResponseField("X-First", "1"), new ResponseField(name, value));
    }

    private static Decision.Reject rejected(CompletableFuture<Decision.Final> lent, RejectReason reason) {
        Decision.Reject reject = (Decision.Reject) lent.join();
        assertThat(reject.rejection().reason()).isEqualTo(reason);
        assertThat(reject.trail().steps()).hasSize(1);
        return reject;
    }

    @Test
    void fixedHeaderGoesUpAsItIsWritten() {
        assertSent(lend(new UpstreamCredentials.Fixed("X-Backend-Key", Secret.ofText("k"))), "X-Backend-Key", "k");
    }

    @Test
    void tokenOfTheGatewayGoesUpAndCanBeRenewed() {
        CompletableFuture<Decision.Final> lent = lend(new UpstreamCredentials.Granted(new ClientTokens(provider.endpoint(), Map.of())));
        assertThat(lent).isNotDone();
        provider.answer("{\"access_token\":\"t\",\"token_type\":\"Bearer\"}");
        assertSent(lent, "Authorization", "Bearer t");
        assertThat(((Decision.Forward) lent.join()).lent()).isPresent();
    }

    @Test
    void anotherTokenTakesThePlaceOfTheFirst() {
        CompletableFuture<Decision.Final> lent = lend(new UpstreamCredentials.Granted(new ClientTokens(provider.endpoint(), Map.of())));
        provider.answer("{\"access_token\":\"t\",\"token_type\":\"Bearer\"}");
        Decision.Forward first = (Decision.Forward) lent.join();
        CompletableFuture<TokenOutcome> another = first.lent().orElseThrow().another(REQUEST.receivedAt().plusSeconds(10)).orElseThrow().toCompletableFuture();
        provider.answer("{\"access_token\":\"u\",\"token_type\":\"Bearer\"}");
        Decision.Forward second = first.with(((TokenOutcome.Issued) another.join()).token());
        assertThat(second.headers().added()).containsExactly(new ResponseField("X-First", "1"), new ResponseField("Authorization", "Bearer u"));
        assertThat(second.lent()).isNotEqualTo(first.lent());
    }

    @Test
    void tokenOfTheFirstWhoKnowsTheCallerByOneIsExchanged() {
        CompletableFuture<Decision.Final> lent = lend(exchanged(), by(new Keys()), by(new Tokens(Optional.of("of-anna"))), by(new Tokens(Optional.of("of-ben"))));
        assertThat(provider.form()).contains("subject_token=of-anna&");
        provider.answer(EXCHANGED);
        assertSent(lent, "Authorization", "Bearer t");
    }

    @Test
    void callerWithoutATokenIsRefusedAndNobodyAsked() {
        rejected(lend(exchanged(), by(new Keys()), by(new Tokens(Optional.empty()))), RejectReason.TOKEN_EXCHANGE_REFUSED);
        rejected(lend(exchanged()), RejectReason.TOKEN_EXCHANGE_REFUSED);
        assertThat(provider.requests).isEmpty();
    }

    @Test
    void refusalIsToldFromAServerThatIsOutOfReach() {
        CompletableFuture<Decision.Final> refused = lend(exchanged(), by(new Tokens(Optional.of("of-anna"))));
        provider.decline(400, "{\"error\":\"invalid_target\"}");
        assertThat(rejected(refused, RejectReason.TOKEN_EXCHANGE_REFUSED).rejection().logDetail()).contains("invalid_target");
        CompletableFuture<Decision.Final> down = lend(exchanged(), by(new Tokens(Optional.of("of-anna"))));
        provider.fail();
        assertThat(rejected(down, RejectReason.UPSTREAM_CREDENTIALS_UNAVAILABLE).rejection().fields())
                .extracting(ResponseField::name).contains("Retry-After");
    }

    /** Knows callers by keys. */
    private static class Keys implements Authenticator {
        @Override
        public String name() {
            return "keys";
        }

        @Override
        public AuthMethod method() {
            return AuthMethod.API_KEY;
        }

        @Override
        public Verdict authenticate(RequestView request) {
            throw new AssertionError("not asked");
        }

        @Override
        public Set<CredentialLocation> locations() {
            return Set.of();
        }

        @Override
        public List<Challenge> challenges(String realm) {
            return List.of();
        }
    }

    /** Knows callers by tokens. */
    private static final class Tokens extends Keys implements TokenBearing {
        private final Optional<String> token;

        private Tokens(Optional<String> token) {
            this.token = token;
        }

        @Override
        public Optional<CallerToken> callerToken(RequestView request, Identity identity) {
            return token.map(text -> new CallerToken(Secret.ofText(text), Optional.empty()));
        }
    }
}
