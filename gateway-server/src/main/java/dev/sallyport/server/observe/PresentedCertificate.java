package dev.sallyport.server.observe;

import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.tls.OwnCertificate;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.core.upstream.UpstreamTls;
import io.micrometer.core.instrument.Tags;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** A certificate by which the gateway proves who it is: to the clients of a listener, or to an upstream. */
public record PresentedCertificate(To to, X509Certificate leaf) {

    /** Who is shown it. */
    public sealed interface To {
        record Clients(String listener) implements To {}

        record Upstream(String name) implements To {}
    }

    public static List<PresentedCertificate> of(GatewaySnapshot snapshot) {
        List<PresentedCertificate> presented = new ArrayList<>();
        for (ListenerPlan plan : snapshot.listeners().values()) {
            if (plan.mode() instanceof ListenerPlan.Mode.Tls(var tls)) {
                tls.certificates().forEach(own -> presented.add(of(new To.Clients(plan.name()), own)));
            }
        }
        for (Upstream upstream : snapshot.upstreams().values()) {
            upstream.tls().flatMap(UpstreamTls::certificate).ifPresent(own -> presented.add(of(new To.Upstream(upstream.name()), own)));
        }
        return presented;
    }

    private static PresentedCertificate of(To to, OwnCertificate own) {
        return new PresentedCertificate(to, own.chain().getFirst());
    }

    /** The same names for all, as one metric must have them; to Prometheus an empty label is none. */
    Tags tags() {
        Tags subject = Tags.of("subject", leaf.getSubjectX500Principal().getName());
        return switch (to) {
            case To.Clients(String listener) -> subject.and("listener", listener, "upstream", "");
            case To.Upstream(String upstream) -> subject.and("listener", "", "upstream", upstream);
        };
    }

    long endsAtSeconds() {
        return leaf.getNotAfter().toInstant().getEpochSecond();
    }
}
