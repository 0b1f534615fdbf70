package dev.sallyport.core.http.address;

import dev.sallyport.core.http.address.Network;
import java.net.InetAddress;
import java.util.List;

/** Whose forwarding headers and PROXY headers are believed; none by default. */
public record TrustedProxies(List<Network> networks) {
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    public boolean trusts(InetAddress address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
