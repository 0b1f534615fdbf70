package dev.sallyport.server.listen;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.gateway.ListenerPlan.Mode;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.Optional;

/**
 * On what a connection is accepted: plan and security belong together, so that no connection gets the mode of one
 * configuration and the certificates of another.
 *
 * @param security absent on a plain listener
 * @param accepted the open connections of this kind
 */
record Terms(ListenerPlan plan, Optional<ConnectionSecurity> security, ChannelGroup accepted) {

    static Terms of(ListenerPlan plan, Optional<ConnectionSecurity> security) {
        return new Terms(plan, security, new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true));
    }

    Terms succeededBy(ListenerPlan next, Optional<ConnectionSecurity> nextSecurity) {
        return isOfTheKindOf(next) ? new Terms(next, nextSecurity, accepted) : of(next, nextSecurity);
    }

    /** Whether a connection that was accepted on these terms may stay when the others hold. */
    private boolean isOfTheKindOf(ListenerPlan other) {
        return plan.name().equals(other.name()) && switch (plan.mode()) {
            case Mode.Tls _ -> other.mode() instanceof Mode.Tls;
            case Mode.RedirectToHttps _ -> other.mode() instanceof Mode.RedirectToHttps;
            // Credentials in plain that were allowed before may not be now.
            case Mode.Plain declared -> declared.equals(other.mode());
        };
    }
}
