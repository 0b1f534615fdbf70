package dev.sallyport.server.cli;

import dev.sallyport.core.gateway.compile.draft.Ports;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.state.ApiKeyUsage;
import dev.sallyport.server.fetch.QueuedCpuWorker;
import dev.sallyport.server.fetch.TimerScheduler;
import dev.sallyport.server.journal.FileJournals;
import dev.sallyport.server.reload.DigestedFiles;
import java.time.InstantSource;

/** The outside for commands that serve nothing. */
record DryPorts(TimerScheduler scheduler, QueuedCpuWorker worker) implements AutoCloseable {
    static DryPorts open() {
        return new DryPorts(new TimerScheduler(), new QueuedCpuWorker(1, QueuedCpuWorker.MAX_WAITING, GatewayEvents.IGNORED));
    }

    Ports with(HttpFetcher fetcher) {
        return new Ports(
                new DigestedFiles(), fetcher, FileJournals.reading(), scheduler, worker, InstantSource.system(), GatewayEvents.IGNORED, new ApiKeyUsage(),
                System.getenv());
    }

    @Override
    public void close() {
        scheduler.close();
        worker.close();
    }
}
