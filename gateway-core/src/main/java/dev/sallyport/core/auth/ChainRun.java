package dev.sallyport.core.auth;

import dev.sallyport.core.auth.Authenticator.Carriage;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.OneTimeUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One request's way through a chain: presence; what can be decided inline; the content, if one needs it; pending work,
 * joined. A credential that is there and bad ends it, whatever others say: skipping it would let an attacker probe with
 * it for free.
 */
final class ChainRun {
    private final ChainPlan plan;
    private final RequestView request;
    private final Verdict[] verdicts;

    ChainRun(ChainPlan plan, RequestView request) {
        this.plan = plan;
        this.request = request;
        this.verdicts = new Verdict[plan.authenticators().size()];
    }

    ChainVerdict start() {
        if (!canBeMet(plan.chain())) {
            return missing();
        }
        boolean needsBody = false;
        boolean isPending = false;
        int maxBytes = Integer.MAX_VALUE;
        for (int index = 0; index < verdicts.length; index++) {
            Authenticator authenticator = plan.authenticators().get(index);
            Verdict verdict = ChainPlan.isPresent(authenticator, request) ? authenticator.authenticate(request) : Verdict.NOT_CLAIMED;
            verdicts[index] = verdict;
            if (verdict instanceof Verdict.NeedsBody(int bound)) {
                needsBody = true;
                // All that are claimed must hold, so the tightest bound is everyone's.
                maxBytes = Math.min(maxBytes, bound);
            }
            isPending |= verdict instanceof Verdict.Pending;
        }
        Optional<ChainVerdict.Refused> refused = findRefused();
        if (refused.isPresent()) {
            return refused.get();
        }
        if (needsBody) {
            return new ChainVerdict.NeedsBody(maxBytes);
        }
        return isPending ? join() : conclude();
    }

    private ChainVerdict join() {
        List<CompletableFuture<Void>> waits = new ArrayList<>();
        for (int index = 0; index < verdicts.length; index++) {
            if (verdicts[index] instanceof Verdict.Pending(var settled)) {
                int slot = index;
                waits.add(settled.thenAccept(last -> verdicts[slot] = last).toCompletableFuture());
            }
        }
        return new ChainVerdict.Pending(CompletableFuture.allOf(waits.toArray(CompletableFuture[]::new)).thenApply(_ -> conclude()));
    }

    private ChainVerdict.Final conclude() {
        Optional<ChainVerdict.Refused> refused = findRefused();
        if (refused.isPresent()) {
            return refused.get();
        }
        List<ChainVerdict.Vouched> vouched = new ArrayList<>(1);
        if (isMet(plan.chain(), vouched)) {
            return new ChainVerdict.Accepted(JoinedIdentity.of(vouched), vouched, spends());
        }
        return findFailure(plan.chain()).orElseGet(this::missing);
    }

    /** The first explicit credential in order that is bad, or that stands where ours would and nobody claims. */
    private Optional<ChainVerdict.Refused> findRefused() {
        for (int index = 0; index < verdicts.length; index++) {
            Authenticator authenticator = plan.authenticators().get(index);
            if (authenticator.carriage() == Carriage.EXPLICIT && verdicts[index] instanceof Verdict.Rejected(Rejection rejection)) {
                return Optional.of(plan.refuse(Optional.of(authenticator), rejection));
            }
        }
        for (int index = 0; index < verdicts.length; index++) {
            Authenticator authenticator = plan.authenticators().get(index);
            if (verdicts[index] instanceof Verdict.NotClaimed && !isClaimedByAnother(authenticator)) {
                Optional<Rejection> unclaimed = authenticator.refuseUnclaimed(request);
                if (unclaimed.isPresent()) {
                    return Optional.of(plan.refuse(Optional.of(authenticator), unclaimed.get()));
                }
            }
        }
        return Optional.empty();
    }

    private boolean isClaimedByAnother(Authenticator authenticator) {
        for (int index = 0; index < verdicts.length; index++) {
            if (!(verdicts[index] instanceof Verdict.NotClaimed) && sharesLocation(authenticator, plan.authenticators().get(index))) {
                return true;
            }
        }
        return false;
    }

    private static boolean sharesLocation(Authenticator one, Authenticator other) {
        for (CredentialLocation location : one.locations()) {
            if (other.locations().contains(location)) {
                return true;
            }
        }
        return false;
    }

    private boolean canBeMet(AuthChain chain) {
        return switch (chain) {
            case AuthChain.One(Authenticator authenticator) -> ChainPlan.isPresent(authenticator, request);
            case AuthChain.Any(List<AuthChain> members) -> members.stream().anyMatch(this::canBeMet);
            case AuthChain.All(List<AuthChain> members) -> members.stream().allMatch(this::canBeMet);
        };
    }

    /** Adds those whose word counted, in the order of the chain. */
    private boolean isMet(AuthChain chain, List<ChainVerdict.Vouched> vouched) {
        return switch (chain) {
            case AuthChain.One(Authenticator authenticator) -> vouches(authenticator, vouched);
            case AuthChain.All(List<AuthChain> members) -> members.stream().allMatch(member -> isMet(member, vouched));
            case AuthChain.Any(List<AuthChain> members) -> looked(members).stream().anyMatch(member -> isMetWhole(member, vouched));
        };
    }

    private boolean vouches(Authenticator authenticator, List<ChainVerdict.Vouched> vouched) {
        return verdictOf(authenticator) instanceof Verdict.Authenticated authenticated
                && vouched.add(new ChainVerdict.Vouched(authenticator, authenticated.identity()));
    }

    /** Of a member that is met in part nobody counts. */
    private boolean isMetWhole(AuthChain member, List<ChainVerdict.Vouched> vouched) {
        List<ChainVerdict.Vouched> byMember = new ArrayList<>(1);
        return isMet(member, byMember) && vouched.addAll(byMember);
    }

    /** Members that rest on ambient credentials alone are looked at only where no explicit one is there. */
    private List<AuthChain> looked(List<AuthChain> members) {
        List<AuthChain> explicit = members.stream().filter(this::hasExplicit).toList();
        return explicit.isEmpty() ? members : explicit;
    }

    private boolean hasExplicit(AuthChain chain) {
        return switch (chain) {
            case AuthChain.One(Authenticator authenticator) -> authenticator.carriage() == Carriage.EXPLICIT
                    && !(verdictOf(authenticator) instanceof Verdict.NotClaimed);
            case AuthChain.Any(List<AuthChain> members) -> members.stream().anyMatch(this::hasExplicit);
            case AuthChain.All(List<AuthChain> members) -> members.stream().anyMatch(this::hasExplicit);
        };
    }

    /** Why an ambient credential that was looked at did not do. */
    private Optional<ChainVerdict.Refused> findFailure(AuthChain chain) {
        return switch (chain) {
            case AuthChain.One(Authenticator authenticator) -> verdictOf(authenticator) instanceof Verdict.Rejected(Rejection rejection)
                    ? Optional.of(plan.refuse(Optional.of(authenticator), rejection))
                    : Optional.empty();
            case AuthChain.All(List<AuthChain> members) -> members.stream().flatMap(member -> findFailure(member).stream()).findFirst();
            case AuthChain.Any(List<AuthChain> members) -> looked(members).stream().flatMap(member -> findFailure(member).stream()).findFirst();
        };
    }

    private ChainVerdict.Refused missing() {
        return lacksCertificateOnly(plan.chain())
                ? plan.refuse(RejectReason.CERTIFICATE_MISSING, "the connection has no client certificate")
                : plan.refuse(RejectReason.CREDENTIALS_MISSING, "none of the credentials that the route takes is there, or not all of them");
    }

    private boolean lacksCertificateOnly(AuthChain chain) {
        return switch (chain) {
            case AuthChain.One(Authenticator authenticator) -> authenticator.carriage() == Carriage.AMBIENT;
            case AuthChain.Any(List<AuthChain> members) -> members.stream().allMatch(this::lacksCertificateOnly);
            case AuthChain.All(List<AuthChain> members) -> members.stream()
                    .filter(member -> !canBeMet(member))
                    .allMatch(this::lacksCertificateOnly) && !members.stream().allMatch(this::canBeMet);
        };
    }

    private Verdict verdictOf(Authenticator authenticator) {
        return verdicts[plan.authenticators().indexOf(authenticator)];
    }

    /** Of all that held, also of those whose identity is not the request's: each was used. */
    private List<OneTimeUse> spends() {
        List<OneTimeUse> spends = null;
        for (Verdict verdict : verdicts) {
            if (verdict instanceof Verdict.Authenticated authenticated && authenticated.spend().isPresent()) {
                spends = spends == null ? new ArrayList<>(1) : spends;
                spends.add(authenticated.spend().get());
            }
        }
        return spends == null ? List.of() : spends;
    }
}
