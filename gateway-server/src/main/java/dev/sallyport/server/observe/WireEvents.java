package dev.sallyport.server.observe;

/** What the data plane tells of connections, as opposed to exchanges. Called on event loops: never blocks. */
public interface WireEvents {

    /** How a TLS handshake ended; the metric's label is the constant in lower case. */
    enum HandshakeOutcome { SUCCEEDED, FAILED, TIMED_OUT }

    /** What came of the PROXY header that a listener requires; the metric's label is the constant in lower case. */
    enum ProxyHeaderOutcome { TAKEN, MALFORMED, TIMED_OUT, UNTRUSTED }

    /** What an upstream connection is doing; the metric's label is the constant in lower case. */
    enum UpstreamConnectionState { ACTIVE, IDLE }

    void connectionOpened(String listener);

    void connectionClosed(String listener);

    void handshakeEnded(String listener, HandshakeOutcome outcome);

    void proxyHeaderEnded(String listener, ProxyHeaderOutcome outcome);

    /**
     * @param change how many more (or, below zero, fewer) connections are in this state
     */
    void upstreamConnections(String upstream, UpstreamConnectionState state, int change);

    /** A named bound was reached: {@code maxConnections}, {@code upstreamConnections}… */
    void limitReached(String limit);

    /** For tests that look at nothing. */
    WireEvents IGNORED = new WireEvents() {
        @Override
        public void connectionOpened(String listener) {}

        @Override
        public void connectionClosed(String listener) {}

        @Override
        public void handshakeEnded(String listener, HandshakeOutcome outcome) {}

        @Override
        public void proxyHeaderEnded(String listener, ProxyHeaderOutcome outcome) {}

        @Override
        public void upstreamConnections(String upstream, UpstreamConnectionState state, int change) {}

        @Override
        public void limitReached(String limit) {}
    };
}
