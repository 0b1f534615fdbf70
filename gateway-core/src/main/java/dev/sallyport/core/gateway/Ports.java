package dev.sallyport.core.gateway;

import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.FileInputs;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Scheduler;
import java.time.InstantSource;
import java.util.Map;

/**
 * The outside world, as core sees it.
 *
 * @param environment what {@code ${env:NAME}} looks into
 */
public record Ports(
        FileInputs files,
        HttpFetcher fetcher,
        Scheduler scheduler,
        CpuWorker worker,
        InstantSource clock,
        GatewayEvents events,
        Map<String, String> environment) {}
