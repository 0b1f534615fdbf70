package dev.sallyport.core.http;

import dev.sallyport.core.http.address.AddressText;
import dev.sallyport.core.http.address.TrustedProxies;
import java.net.InetAddress;

/**
 * Who asks, as far as we may believe it. Without a trusted proxy in front this is the peer itself, whatever the request
 * claims; with one, what that proxy says, and nothing from beyond it. With several behind each other, {@code Forwarded}
 * has the word of each; of {@code X-Forwarded-Proto} and {@code -Host} the last value counts, so a proxy behind another
 * has to hand on what that one wrote.
 *
 * @param address of the nearest hop that is no trusted proxy
 * @param scheme {@code http} or {@code https}, on the client's side of the outermost trusted proxy that tells it
 * @param host what the client asked for there, port included
 * @param forwardedFor the value of {@code X-Forwarded-For} that goes up: the believed chain with the peer appended
 */
public record Client(InetAddress address, String scheme, String host, String forwardedFor, Standing standing) {

    /** Whether forwarding headers of the peer were believed. */
    public enum Standing { DIRECT, BEHIND_TRUSTED_PROXY }

    public boolean isTrustedProxyInFront() {
        return standing == Standing.BEHIND_TRUSTED_PROXY;
    }

    public static Client of(TrustedProxies proxies, Peer peer, RequestHead head) {
        String ownScheme = switch (peer.transport()) {
            case Peer.Transport.Plain _ -> "http";
            case Peer.Transport.Tls _ -> "https";
        };
        String peerText = AddressText.of(peer.address());
        if (peer.speaker() == Peer.Speaker.UNTOLD || proxies.networks().isEmpty() || !proxies.trusts(peer.address())) {
            return new Client(peer.address(), ownScheme, head.authority(), peerText, Standing.DIRECT);
        }
        Forwarding forwarding = Forwarding.read(head.fields(), proxies);
        return new Client(
                forwarding.nearestUntrusted(proxies).orElse(peer.address()),
                forwarding.scheme().orElse(ownScheme),
                forwarding.host().orElse(head.authority()),
                forwarding.chainWith(peerText),
                Standing.BEHIND_TRUSTED_PROXY);
    }
}
