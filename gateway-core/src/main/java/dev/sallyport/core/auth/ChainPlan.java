package dev.sallyport.core.auth;

import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.revocation.RevocationList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A route's chain, made ready to run. {@link ChainRun} is one request's way through it; here stand the facts that are the
 * same for all requests, and how a refusal is told to the client.
 *
 * @param authenticators each once, in order, those that take what is left over behind the others
 * @param urlParameters names, in lower case, under which a credential of the chain must not stand in a query
 * @param resourceMetadata URL at which a client learns where to get a token (RFC 9728 §5.1)
 */
public record ChainPlan(
        String realm, AuthChain chain, List<Authenticator> authenticators, Set<String> urlParameters, Optional<String> resourceMetadata) {
    private static final Set<String> CREDENTIAL_PARAMETERS = Set.of("api_key", "apikey", "access_token", "token");

    public static ChainPlan of(String realm, AuthChain chain) {
        return of(realm, chain, Optional.empty());
    }

    public static ChainPlan of(String realm, AuthChain chain, Optional<String> resourceMetadata) {
        Set<Authenticator> distinct = new LinkedHashSet<>();
        collect(chain, distinct);
        Set<String> parameters = distinct.stream()
                .filter(each -> each.method() == AuthMethod.API_KEY || each.method().isBearerToken())
                .flatMap(each -> each.locations().stream())
                .map(location -> location.fieldName().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        if (!parameters.isEmpty()) {
            parameters.addAll(CREDENTIAL_PARAMETERS);
        }
        List<Authenticator> inOrder = distinct.stream().sorted(Comparator.comparing(Authenticator::precedence)).toList();
        return new ChainPlan(realm, chain, inOrder, Set.copyOf(parameters), resourceMetadata);
    }

    private static void collect(AuthChain chain, Set<Authenticator> found) {
        switch (chain) {
            case AuthChain.One(Authenticator authenticator) -> found.add(authenticator);
            case AuthChain.Any(List<AuthChain> members) -> members.forEach(member -> collect(member, found));
            case AuthChain.All(List<AuthChain> members) -> members.forEach(member -> collect(member, found));
        }
    }

    /** @param revocations that hold whatever the authenticators say */
    public ChainVerdict run(RequestView request, RevocationList revocations) {
        return new ChainRun(this, request, revocations).start();
    }

    /** Whether the request itself, and not its connection, holds what an authenticator of the chain would look at. */
    public boolean presentsCredential(RequestView request) {
        for (int index = 0; index < authenticators.size(); index++) {
            if (authenticators.get(index).isPresented(request) && authenticators.get(index).method() != AuthMethod.MTLS) {
                return true;
            }
        }
        return false;
    }

    /** How somebody who lacks a credential, or whose session ended, gets one from here on; empty where none of the chain can help. */
    public Optional<CompletionStage<Invitation>> invite(RequestView request, RejectReason lacking) {
        return switch (lacking) {
            case CREDENTIALS_MISSING, SESSION_EXPIRED ->
                    authenticators.stream().flatMap(each -> each.invite(request).stream()).findFirst();
            default -> Optional.empty();
        };
    }

    /** Those of the chain for which the request presents nothing. */
    public List<Bystander> absent(RequestView request) {
        return authenticators.stream()
                .filter(each -> !each.isPresented(request))
                .map(each -> new Bystander(each, Bystander.Standing.NOTHING_PRESENTED))
                .toList();
    }

    /** Nothing but the connection proves who is there: no header that a client could send would help, so 403 and no challenge. */
    private boolean isOfCertificatesAlone() {
        return authenticators.stream().allMatch(each -> each.method() == AuthMethod.MTLS);
    }

    /** With this chain's challenges, where nobody's credential is at fault. */
    Rejection refuse(Rejection rejection) {
        return tell(List.of(), rejection);
    }

    /**
     * With this chain's challenges, for what is found out after its verdict.
     *
     * @param by name of the authenticator whose credential is at fault
     */
    public Rejection refuse(String by, RequestView request, Rejection rejection) {
        return authenticators.stream()
                .filter(each -> each.name().equals(by))
                .findFirst()
                .map(each -> refuse(each, request, rejection))
                .orElseGet(() -> refuse(rejection));
    }

    /** With this chain's challenges, the error on the scheme under which its credential came. */
    Rejection refuse(Authenticator by, RequestView request, Rejection rejection) {
        List<Challenge> own = offered(by).filter(ChainPlan::namesErrors).toList();
        List<Challenge> presented = own.stream().filter(challenge -> cameUnder(challenge.scheme(), by, request)).toList();
        return tell(presented.isEmpty() ? own : presented, rejection);
    }

    /** The challenge of the scheme under which a token came; {@code Bearer} where none did. */
    public Challenge presented(RequestView request) {
        return authenticators.stream()
                .flatMap(each -> offered(each).filter(challenge -> namesErrors(challenge) && cameUnder(challenge.scheme(), each, request)))
                .findFirst()
                .orElseGet(() -> withMetadata(Challenge.bearer(realm)));
    }

    private Stream<Challenge> offered(Authenticator authenticator) {
        return authenticator.challenges(realm).stream().map(this::withMetadata);
    }

    /** For the schemes under which an authorization server's tokens come. */
    private Challenge withMetadata(Challenge challenge) {
        return resourceMetadata.isPresent() && namesErrors(challenge) ? challenge.with("resource_metadata", resourceMetadata.get()) : challenge;
    }

    /** The two schemes whose challenges have a parameter for it (RFC 6750 §3, RFC 9449 §7.1). */
    private static boolean namesErrors(Challenge challenge) {
        return challenge.scheme().equals("Bearer") || challenge.scheme().equals("DPoP");
    }

    private static boolean cameUnder(String scheme, Authenticator by, RequestView request) {
        return by.locations().stream().anyMatch(location -> location instanceof CredentialLocation.Scheme(var _, String name)
                && name.equalsIgnoreCase(scheme)
                && location.indexIn(request.fields(), 0) >= 0);
    }

    /** RFC 6750 §3, RFC 9110 §11.6.1: one challenge for each scheme, the error on those that are at fault. */
    private Rejection tell(List<Challenge> atFault, Rejection rejection) {
        return switch (rejection.status()) {
            case 401 -> isOfCertificatesAlone() ? rejection.withStatus(403) : rejection.with(challenges(atFault, rejection.reason()));
            case 400 -> !atFault.isEmpty() && rejection.reason() == RejectReason.CREDENTIALS_AMBIGUOUS
                    ? rejection.with(List.of(atFault.getFirst().with("error", "invalid_request")))
                    : rejection;
            default -> rejection;
        };
    }

    private List<Challenge> challenges(List<Challenge> atFault, RejectReason reason) {
        return authenticators.stream()
                .flatMap(this::offered)
                .distinct()
                .map(challenge -> atFault.contains(challenge) ? challenge.with("error", error(reason)) : challenge)
                .toList();
    }

    private static String error(RejectReason reason) {
        return switch (reason) {
            case DPOP_PROOF_MISSING, DPOP_PROOF_INVALID, DPOP_PROOF_REPLAYED -> "invalid_dpop_proof";
            case DPOP_NONCE_REQUIRED -> "use_dpop_nonce";
            default -> "invalid_token";
        };
    }
}
