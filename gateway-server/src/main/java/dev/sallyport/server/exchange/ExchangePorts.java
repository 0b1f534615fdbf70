package dev.sallyport.server.exchange;

import dev.sallyport.core.state.BufferBudget;
import dev.sallyport.core.state.ReplayStore;
import dev.sallyport.server.observe.ExchangeObserver;
import dev.sallyport.server.observe.WireEvents;
import java.util.function.Supplier;

/**
 * What all exchanges of the process share.
 *
 * @param runtime the one in force; asked once for each request
 * @param replays what is told when a one-time use was spent for a request that never reached an upstream
 */
public record ExchangePorts(
        Supplier<GatewayRuntime> runtime,
        ExchangeObserver observer,
        WireEvents events,
        BufferBudget buffers,
        ReplayStore replays) {}
