package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import java.util.List;
import java.util.stream.IntStream;

/** Requests of other clients, each with an answer of its own: one that gets another answer shows that something was left on a connection. */
final class Canaries {
    /** More than the gateway has event loops: each loop has upstream connections of its own, and serves new clients in turn. */
    private static final int CONNECTIONS = 2 * Runtime.getRuntime().availableProcessors() + 1;
    private final Fixture fixture;
    private int asked;

    Canaries(Fixture fixture) {
        this.fixture = fixture;
    }

    /** The target that was asked for, whose answer had these further fields. */
    String ask(RawClient client, String... fields) {
        String target = "/canary/" + asked++;
        fixture.upstream().on(target, RecordingUpstream.ok("answer to " + target, fields));
        assertThat(client.exchange(get(target)).text()).isEqualTo("answer to " + target);
        return target;
    }

    /** The targets that were asked for, each on a connection of its own, so that every event loop was asked. */
    List<String> askOnEveryLoop() {
        return IntStream.range(0, CONNECTIONS).mapToObj(_ -> askOnce()).toList();
    }

    private String askOnce() {
        try (RawClient client = fixture.plain()) {
            return ask(client);
        }
    }
}
