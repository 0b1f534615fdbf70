package dev.sallyport.server.listen;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.gateway.ListenerPlan.Mode;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.List;
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

    /** A listener that requires a PROXY header takes it from the proxies that are trusted now, and from nobody else. */
    boolean admits(Channel channel) {
        return plan.proxies().isEmpty()
                || (channel.remoteAddress() instanceof InetSocketAddress peer && plan.proxies().get().trusts(peer.getAddress()));
    }

    /** Of the connections that were accepted on these terms, those that may not stay on the ones in force. */
    List<Channel> leavingFor(Terms inForce) {
        boolean isOneKind = accepted.equals(inForce.accepted);
        return accepted.stream().filter(channel -> !isOneKind || !inForce.admits(channel)).toList();
    }

    /** Whether a connection that was accepted on these terms may stay when the others hold. */
    private boolean isOfTheKindOf(ListenerPlan other) {
        return plan.name().equals(other.name()) && plan.proxies().isPresent() == other.proxies().isPresent() && switch (plan.mode()) {
            case Mode.Tls _ -> other.mode() instanceof Mode.Tls;
            case Mode.RedirectToHttps _ -> other.mode() instanceof Mode.RedirectToHttps;
            // Credentials in plain that were allowed before may not be now.
            case Mode.Plain declared -> declared.equals(other.mode());
        };
    }
}
