package dev.sallyport.tests.harness;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One credential that must not be taken.
 *
 * @param rule the section or the flaw that asks for it
 * @param reason as the logs have it
 * @param credential a token, or a whole request, as the table that lists it says
 */
public record Refusal(String name, String rule, String reason, String credential) {

    /** Sends a request and sees it refused for this reason, in both logs, with nothing sent upstream. */
    public void assertRefused(Fixture fixture, String request) {
        int before = fixture.upstream().received().size();
        assertReason(fixture, fixture.exchange(request));
        assertThat(fixture.upstream().received()).describedAs("what the upstream received").hasSize(before);
    }

    public void assertReason(Fixture fixture, Reply reply) {
        assertThat(reply.status()).describedAs(reply.toString()).isBetween(400, 503);
        assertThat(fixture.gateway().reasonOf(reply)).describedAs(name + " (" + rule + ")").isEqualTo(reason);
        assertThat(fixture.gateway().auditLine(reply.requestId()).path("reason").asText()).isEqualTo(reason);
        assertThat(reply.text()).describedAs("clients learn the coarse code alone").doesNotContain(reason);
    }

    @Override
    public String toString() {
        return name + " [" + rule + "]: " + reason;
    }
}
