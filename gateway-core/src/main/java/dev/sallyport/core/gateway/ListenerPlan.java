package dev.sallyport.core.gateway;

import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.address.TrustedProxies;
import dev.sallyport.core.policy.FailedAttempts;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * One address to listen on, and how.
 *
 * @param proxies of which one begins every connection with a PROXY header; absent where no such header is read
 */
public record ListenerPlan(
        String name, InetSocketAddress bind, Optional<TrustedProxies> proxies, Mode mode, Limits limits, Optional<FailedAttempts> failedAttempts) {

    /** The same, but a redirect without a port of its own leads to this one. */
    ListenerPlan redirectingTo(int httpsPort) {
        return mode instanceof Mode.RedirectToHttps(int port) && port == 0
                ? new ListenerPlan(name, bind, proxies, new Mode.RedirectToHttps(httpsPort), limits, failedAttempts)
                : this;
    }

    /** What is spoken there. */
    public sealed interface Mode {
        record Tls(TlsPlan tls) implements Mode {}

        /** Routes served without TLS, as the operator declared. */
        record Plain(Peer.Exposure exposure) implements Mode {}

        /**
         * 308 to the same target under https, to hosts that the routes name and to no other.
         *
         * @param httpsPort 0 stands for the port that the first TLS listener takes, see {@link GatewaySnapshot#listeningOn}
         */
        record RedirectToHttps(int httpsPort) implements Mode {}
    }
}
