package dev.sallyport.core.gateway;

import dev.sallyport.core.auth.ChainPlan;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.policy.Policy;
import dev.sallyport.core.policy.RequireScopes;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.Rejection;
import java.util.List;

/** Tells the holder of a token what it lacks (RFC 6750 §3.1, RFC 9449 §7.1); other schemes have no word for it. */
final class InsufficientScope {
    private InsufficientScope() {}

    static Rejection challenge(ChainPlan plan, RequestView request, Identity identity, List<Policy> policies, Rejection rejection) {
        if (identity.proofs().stream().noneMatch(proof -> proof.method().isBearerToken())) {
            return rejection;
        }
        Challenge challenge = plan.presented(request).with("error", "insufficient_scope");
        for (Policy policy : policies) {
            if (policy instanceof RequireScopes(var scopes)) {
                challenge = challenge.with("scope", String.join(" ", scopes));
            }
        }
        return rejection.with(List.of(challenge));
    }
}
