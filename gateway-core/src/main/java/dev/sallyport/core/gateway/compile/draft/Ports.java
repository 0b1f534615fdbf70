package dev.sallyport.core.gateway.compile.draft;

import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.FileInputs;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Journals;
import dev.sallyport.core.port.Scheduler;
import dev.sallyport.core.state.ApiKeyUsage;
import java.time.InstantSource;
import java.util.Map;

/**
 * The outside world, as core sees it.
 *
 * @param usage counts of the whole process, so that a reload forgets none
 * @param environment what {@code ${env:NAME}} looks into
 */
public record Ports(
        FileInputs files,
        HttpFetcher fetcher,
        Journals journals,
        Scheduler scheduler,
        CpuWorker worker,
        InstantSource clock,
        GatewayEvents events,
        ApiKeyUsage usage,
        Map<String, String> environment) {}
