package dev.sallyport.server.listen;

import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.core.upstream.UpstreamCredentials;
import dev.sallyport.server.exchange.TestPorts;
import dev.sallyport.server.observe.Timeline;
import dev.sallyport.server.upstream.UpstreamPools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** A listener and one upstream in this process, with a verdict that the test chooses. */
final class Gateway implements AutoCloseable {
    private final EventLoops loops = EventLoops.start(1);
    private final TestPorts ports;
    private final Listener listener;

    private Gateway(Upstream upstream, BiFunction<RequestView, Decision, Decision> verdict) {
        ports = new TestPorts(upstream, UpstreamPools.none(), verdict);
        listener = Listener.bind(TestPorts.PLAN, loops, ports.ports(), Optional.empty()).toCompletableFuture().join();
    }

    static Gateway before(int port) {
        return before(port, (_, forward) -> forward);
    }

    static Gateway before(int port, BiFunction<RequestView, Decision, Decision> verdict) {
        return new Gateway(new Upstream(
                "u", List.of(new Target("127.0.0.1", port)), Upstream.Balance.ROUND_ROBIN, Duration.ofSeconds(1),
                Duration.ofMillis(600), Duration.ofSeconds(5), 8, new Upstream.HostPolicy.Preserve(), UpstreamCredentials.NONE, Optional.empty()), verdict);
    }

    Listener listener() {
        return listener;
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** Everything that the gateway says until it closes; the sending side stays open. */
    String say(String bytes) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    int givenBack() {
        return ports.givenBack();
    }

    Timeline logged() throws InterruptedException {
        return ports.logged();
    }

    @Override
    public void close() {
        listener.drain(Duration.ZERO).toCompletableFuture().join();
        loops.close();
    }
}
