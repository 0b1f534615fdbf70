package dev.sallyport.server.exchange;

import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.server.upstream.UpstreamPools;
import java.util.function.Function;

/**
 * What an exchange works with, from its first byte to its log line; a reload makes a new one and leaves this as it is.
 *
 * @param gatekeeper never blocks, never throws
 */
public record GatewayRuntime(
        GatewaySnapshot snapshot, Function<RequestView, Decision> gatekeeper, UpstreamPools upstreams) {}
