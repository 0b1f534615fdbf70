package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.server.observe.WireEvents;
import dev.sallyport.server.tls.UnusableTls;
import dev.sallyport.server.tls.UpstreamSecurity;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One pool for each upstream of a snapshot. */
public final class UpstreamPools {
    private final Map<String, UpstreamPool> pools;

    private final Connector connector;

    private UpstreamPools(Map<String, UpstreamPool> pools, Connector connector) {
        this.pools = pools;
        this.connector = connector;
    }

    public static UpstreamPools none() {
        return none(new SocketConnector());
    }

    static UpstreamPools none(Connector connector) {
        return new UpstreamPools(Map.of(), connector);
    }

    /**
     * Pools for these upstreams; what did not change keeps its connections, counts and health.
     *
     * @throws UnusableTls if one of them cannot be served; nothing has changed then
     */
    public UpstreamPools succeededBy(Map<String, Upstream> upstreams, WireEvents events) throws UnusableTls {
        Map<String, UpstreamPool> next = HashMap.newHashMap(upstreams.size());
        for (Upstream upstream : upstreams.values()) {
            UpstreamPool pool = pools.get(upstream.name());
            boolean unchanged = pool != null && pool.upstream().equals(upstream);
            next.put(upstream.name(), unchanged ? pool : new UpstreamPool(upstream, events, connectorFor(upstream)));
        }
        return new UpstreamPools(Map.copyOf(next), connector);
    }

    private Connector connectorFor(Upstream upstream) throws UnusableTls {
        return upstream.tls().isPresent() ? new TlsConnector(connector, UpstreamSecurity.of(upstream.name(), upstream.tls().get())) : connector;
    }

    /** Called once these are in force: the idle connections of pools that did not carry over are closed. */
    public void retire(UpstreamPools former) {
        former.pools.forEach((name, pool) -> {
            if (pools.get(name) != pool) {
                pool.retire();
            }
        });
    }

    /** By name, for the status page. */
    public List<Health> health() {
        return pools.values().stream().map(UpstreamPool::health).sorted(Comparator.comparing(Health::upstream)).toList();
    }

    /** The pool of an upstream of the same snapshot. */
    public UpstreamPool of(Upstream upstream) {
        UpstreamPool pool = pools.get(upstream.name());
        if (pool == null) {
            throw new IllegalStateException("no pool for upstream " + upstream.name());
        }
        return pool;
    }
}
