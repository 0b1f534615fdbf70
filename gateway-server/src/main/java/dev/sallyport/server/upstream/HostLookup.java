package dev.sallyport.server.upstream;

import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Finds the addresses of host names. The platform's lookup blocks for as long as a name server cares to, so it has
 * threads of its own; for how long an answer holds, too, is the platform's to say ({@code networkaddress.cache.ttl}).
 */
final class HostLookup {
    private static final int THREADS = 4;
    private static final int LONGEST_QUEUE = 256;
    private static final int THREAD_REST_SECONDS = 10;
    /** More are not tried. */
    private static final int MOST_ADDRESSES = 8;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS, THREADS, THREAD_REST_SECONDS, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(LONGEST_QUEUE), new DefaultThreadFactory("host-lookup", true));
    private final ConcurrentMap<String, CompletableFuture<List<InetAddress>>> pending = new ConcurrentHashMap<>();

    HostLookup() {
        threads.allowCoreThreadTimeOut(true);
    }

    /** Present where the host is an address already. */
    static Optional<InetAddress> literal(String host) {
        return Optional.ofNullable(NetUtil.createInetAddressFromIpAddressString(host));
    }

    /** Never blocks; completes on any thread, with nothing where the name is unknown. One name is asked for once at a time. */
    CompletionStage<List<InetAddress>> addresses(String name) {
        try {
            return pending.computeIfAbsent(name, this::begin);
        } catch (RejectedExecutionException _) {
            return CompletableFuture.completedFuture(List.of());
        }
    }

    private CompletableFuture<List<InetAddress>> begin(String name) {
        CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
        threads.execute(() -> {
            List<InetAddress> found = lookUp(name);
            pending.remove(name, answer);
            answer.complete(found);
        });
        return answer;
    }

    private static List<InetAddress> lookUp(String name) {
        try {
            return Arrays.stream(InetAddress.getAllByName(name)).limit(MOST_ADDRESSES).toList();
        } catch (UnknownHostException _) {
            return List.of();
        }
    }
}
