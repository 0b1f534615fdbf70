package dev.sallyport.core.auth;

import dev.sallyport.core.auth.Authenticator.Carriage;
import dev.sallyport.core.auth.Authenticator.Precedence;
import dev.sallyport.core.auth.Bystander.Standing;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.OneTimeUse;
import dev.sallyport.core.state.revocation.RevocationList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * One request's way through a chain: presence; what can be decided inline; the content, if one needs it; pending work,
 * joined. A credential that is there and bad ends it, whatever others say: skipping it would let an attacker probe with
 * it for free.
 */
final class ChainRun {
    private final ChainPlan plan;
    private final RequestView request;
    private final RevocationList revocations;
    private final Verdict[] verdicts;

    ChainRun(ChainPlan plan, RequestView request, RevocationList revocations) {
        this.plan = plan;
        this.request = request;
        this.revocations = revocations;
        this.verdicts = new Verdict[plan.authenticators().size()];
        Arrays.fill(verdicts, Verdict.NOT_CLAIMED);
    }

    ChainVerdict start() {
        if (!canBeMet(plan.chain())) {
            return missing(plan.absent(request));
        }
        boolean needsBody = false;
        int maxBytes = Integer.MAX_VALUE;
        for (int index = 0; index < verdicts.length; index++) {
            Authenticator authenticator = plan.authenticators().get(index);
            Verdict verdict = mayClaim(authenticator) ? ask(authenticator) : Verdict.NOT_CLAIMED;
            verdicts[index] = verdict;
            if (verdict instanceof Verdict.NeedsBody(int bound)) {
                needsBody = true;
                // All that are claimed must hold, so the tightest bound is everyone's.
                maxBytes = Math.min(maxBytes, bound);
            }
        }
        Optional<ChainVerdict.Refused> refused = findRefused();
        if (refused.isPresent()) {
            return refused.get();
        }
        if (needsBody) {
            return new ChainVerdict.NeedsBody(maxBytes);
        }
        return IntStream.range(0, verdicts.length).anyMatch(this::isAwaited) ? join() : conclude();
    }

    private boolean mayClaim(Authenticator authenticator) {
        return authenticator.isPresented(request)
                && (authenticator.precedence() == Precedence.OWN || !isClaimedByAnother(authenticator));
    }

    private Verdict ask(Authenticator authenticator) {
        try {
            return authenticator.authenticate(request);
        } catch (RuntimeException | StackOverflowError | AssertionError defect) {
            throw new AuthenticatorDefect(authenticator, defect);
        }
    }

    /** A session that is being renewed holds nobody up who came with a credential of another kind: nobody looks at it. */
    private boolean isAwaited(int index) {
        Authenticator authenticator = plan.authenticators().get(index);
        return verdicts[index] instanceof Verdict.Pending
                && (authenticator.carriage() == Carriage.EXPLICIT || isLookedAt(plan.chain(), authenticator));
    }

    private boolean isLookedAt(AuthChain chain, Authenticator authenticator) {
        return switch (chain) {
            case AuthChain.One(Authenticator one) -> one.equals(authenticator);
            case AuthChain.All(List<AuthChain> members) -> members.stream().anyMatch(member -> isLookedAt(member, authenticator));
            case AuthChain.Any(List<AuthChain> members) -> looked(members).stream().anyMatch(member -> isLookedAt(member, authenticator));
        };
    }

    private ChainVerdict join() {
        List<CompletableFuture<Void>> waits = new ArrayList<>();
        for (int index = 0; index < verdicts.length; index++) {
            if (isAwaited(index) && verdicts[index] instanceof Verdict.Pending(var settled)) {
                int slot = index;
                waits.add(settled.handle((last, defect) -> {
                    if (defect != null) {
                        throw new AuthenticatorDefect(plan.authenticators().get(slot), defect);
                    }
                    verdicts[slot] = last;
                    return (Void) null;
                }).toCompletableFuture());
            }
        }
        return new ChainVerdict.Pending(CompletableFuture.allOf(waits.toArray(CompletableFuture[]::new)).thenApply(_ -> conclude()));
    }

    private ChainVerdict.Final conclude() {
        for (int index = 0; index < verdicts.length; index++) {
            verdicts[index] = unlessRevoked(plan.authenticators().get(index), verdicts[index]);
        }
        Optional<ChainVerdict.Refused> refused = findRefused();
        if (refused.isPresent()) {
            return refused.get();
        }
        List<ChainVerdict.Vouched> vouched = new ArrayList<>(1);
        if (isMet(plan.chain(), vouched)) {
            return new ChainVerdict.Accepted(JoinedIdentity.of(vouched), vouched, spends(), bystanders(authenticators(vouched)));
        }
        return findFailure(plan.chain()).orElseGet(() -> missing(bystanders(List.of())));
    }

    /** Here, behind every authenticator and every cache, so that none can be forgotten. */
    private Verdict unlessRevoked(Authenticator authenticator, Verdict verdict) {
        if (!(verdict instanceof Verdict.Authenticated(Identity identity, var _)) || !revocations.covers(identity.revocationHandles(), request.receivedAt())) {
            return verdict;
        }
        authenticator.revoked(request);
        return new Verdict.Rejected(Rejection.of(authenticator.method().revoked(), "it is among the gateway's `revocation`"), identity.credentialId());
    }

    private static List<Authenticator> authenticators(List<ChainVerdict.Vouched> vouched) {
        return vouched.size() == 1
                ? List.of(vouched.getFirst().authenticator())
                : vouched.stream().map(ChainVerdict.Vouched::authenticator).toList();
    }

    /** The first explicit credential in order that is bad, or that stands where ours would and nobody claims. */
    private Optional<ChainVerdict.Refused> findRefused() {
        for (int index = 0; index < verdicts.length; index++) {
            Authenticator authenticator = plan.authenticators().get(index);
            if (authenticator.carriage() == Carriage.EXPLICIT && verdicts[index] instanceof Verdict.Rejected rejected) {
                return Optional.of(refused(authenticator, rejected));
            }
        }
        for (int index = 0; index < verdicts.length; index++) {
            Authenticator authenticator = plan.authenticators().get(index);
            if (verdicts[index] instanceof Verdict.NotClaimed && !isClaimedByAnother(authenticator)) {
                Optional<Rejection> unclaimed = authenticator.refuseUnclaimed(request);
                if (unclaimed.isPresent()) {
                    return Optional.of(refused(authenticator, new Verdict.Rejected(unclaimed.get())));
                }
            }
        }
        return Optional.empty();
    }

    private ChainVerdict.Refused refused(Authenticator by, Verdict.Rejected rejected) {
        return new ChainVerdict.Refused(
                Optional.of(by), plan.refuse(by, request, rejected.rejection()), rejected.credentialId(),
                bystanders(List.of(by)));
    }

    private List<Bystander> bystanders(List<Authenticator> deciding) {
        if (deciding.size() == verdicts.length) {
            return List.of();
        }
        List<Bystander> others = new ArrayList<>(verdicts.length);
        for (int index = 0; index < verdicts.length; index++) {
            Authenticator authenticator = plan.authenticators().get(index);
            if (!deciding.contains(authenticator)) {
                standing(authenticator, verdicts[index]).ifPresent(standing -> others.add(new Bystander(authenticator, standing)));
            }
        }
        return List.copyOf(others);
    }

    /** Empty for one whose word was not waited for. */
    private Optional<Standing> standing(Authenticator authenticator, Verdict verdict) {
        return switch (verdict) {
            case Verdict.NotClaimed _ -> Optional.of(
                    authenticator.isPresented(request) ? Standing.NOT_CLAIMED : Standing.NOTHING_PRESENTED);
            case Verdict.Authenticated _ -> Optional.of(Standing.HELD);
            case Verdict.Rejected _, Verdict.NeedsBody _, Verdict.Pending _ -> Optional.empty();
        };
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
        return !Collections.disjoint(one.locations(), other.locations());
    }

    private boolean canBeMet(AuthChain chain) {
        return switch (chain) {
            case AuthChain.One(Authenticator authenticator) -> authenticator.isPresented(request);
            case AuthChain.Any(List<AuthChain> members) -> members.stream().anyMatch(this::canBeMet);
            case AuthChain.All(List<AuthChain> members) -> members.stream().allMatch(this::canBeMet);
        };
    }

    /** Adds those whose word counted, in the order of the chain. */
    private boolean isMet(AuthChain chain, List<ChainVerdict.Vouched> vouched) {
        return switch (chain) {
            case AuthChain.One(Authenticator authenticator) -> vouches(authenticator, vouched);
            case AuthChain.All(List<AuthChain> members) -> members.stream().allMatch(member -> isMet(member, vouched));
            case AuthChain.Any(List<AuthChain> members) -> isAnyMet(looked(members), vouched);
        };
    }

    private boolean vouches(Authenticator authenticator, List<ChainVerdict.Vouched> vouched) {
        if (!(verdictOf(authenticator) instanceof Verdict.Authenticated authenticated)) {
            return false;
        }
        add(new ChainVerdict.Vouched(authenticator, authenticated.identity()), vouched);
        return true;
    }

    /** One is enough, but all that are met count: each was checked, so the upstream may know of each. Of a member met in part nobody does. */
    private boolean isAnyMet(List<AuthChain> members, List<ChainVerdict.Vouched> vouched) {
        boolean isMet = false;
        for (AuthChain member : members) {
            List<ChainVerdict.Vouched> byMember = new ArrayList<>(1);
            if (isMet(member, byMember)) {
                isMet = true;
                byMember.forEach(each -> add(each, vouched));
            }
        }
        return isMet;
    }

    /** Once, in however many places of the chain it stands. */
    private static void add(ChainVerdict.Vouched each, List<ChainVerdict.Vouched> vouched) {
        if (!vouched.contains(each)) {
            vouched.add(each);
        }
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
            case AuthChain.One(Authenticator authenticator) -> verdictOf(authenticator) instanceof Verdict.Rejected rejected
                    ? Optional.of(refused(authenticator, rejected))
                    : Optional.empty();
            case AuthChain.All(List<AuthChain> members) -> members.stream().flatMap(member -> findFailure(member).stream()).findFirst();
            case AuthChain.Any(List<AuthChain> members) -> looked(members).stream().flatMap(member -> findFailure(member).stream()).findFirst();
        };
    }

    private ChainVerdict.Refused missing(List<Bystander> others) {
        Rejection rejection = lacksCertificateOnly(plan.chain())
                ? Rejection.of(RejectReason.CERTIFICATE_MISSING, "the connection has no client certificate")
                : Rejection.of(RejectReason.CREDENTIALS_MISSING, "none of the credentials that the route takes is there, or not all of them");
        return new ChainVerdict.Refused(Optional.empty(), plan.refuse(rejection), Optional.empty(), others);
    }

    private boolean lacksCertificateOnly(AuthChain chain) {
        return switch (chain) {
            case AuthChain.One(Authenticator authenticator) -> authenticator.method() == AuthMethod.MTLS;
            case AuthChain.Any(List<AuthChain> members) -> members.stream().allMatch(this::lacksCertificateOnly);
            case AuthChain.All(List<AuthChain> members) -> members.stream()
                    .filter(member -> !canBeMet(member))
                    .allMatch(this::lacksCertificateOnly) && !members.stream().allMatch(this::canBeMet);
        };
    }

    private Verdict verdictOf(Authenticator authenticator) {
        return verdicts[plan.authenticators().indexOf(authenticator)];
    }

    /** Of all that held, also of those whose identity is not the request's: each was used, and what two took came once. */
    private List<OneTimeUse> spends() {
        Map<String, OneTimeUse> spends = Map.of();
        for (Verdict verdict : verdicts) {
            if (verdict instanceof Verdict.Authenticated authenticated && authenticated.spend().isPresent()) {
                spends = spends.isEmpty() ? new LinkedHashMap<>() : spends;
                spends.putIfAbsent(authenticated.spend().get().key(), authenticated.spend().get());
            }
        }
        return List.copyOf(spends.values());
    }
}
