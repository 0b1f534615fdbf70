package dev.sallyport.tests.credential;

import dev.sallyport.tests.harness.pki.TestPki;
import java.util.List;

/**
 * A client certificate and what must become of it.
 *
 * @param rule the section that asks for it
 * @param twins right in the one respect in which the leaf is wrong, and let in: what refuses the leaf is nothing else
 */
record CertificateCase(String name, String rule, Outcome outcome, TestPki.Leaf leaf, List<TestPki.Leaf> twins) {
    sealed interface Outcome {
        record Accepted() implements Outcome {}

        /** The handshake fails, and the client is told this (RFC 8446 §6.2). */
        record Alert(String alert) implements Outcome {}

        /** The handshake holds; the reason is as the logs have it. */
        record Refused(int status, String reason) implements Outcome {}
    }

    @Override
    public String toString() {
        return name + " [" + rule + "]: " + outcome;
    }
}
