package dev.sallyport.server.exchange.downstream;

/** What a connection does with its client's bytes. Exactly one is current, and it alone is told what happens. */
sealed interface Phase permits AwaitedHead, Http1Stream, Http1Tunnel, Lingering {

    /** Takes one piece of what came; false when there is none that it could take. */
    boolean take();

    /** What came was taken, as far as it can be now. */
    default void onPause() {}

    boolean wantsInput();

    /** The client sends nothing more than what came, and what could be taken of it was. */
    void onInputEnd();

    void onDeadline();

    /** The listener wants to close. */
    default void onDrain() {}

    default void onWritable() {}

    /** Must make way for another phase, or the connection is closed. */
    default void onDefect(Throwable defect) {}

    /** The connection is closed. */
    default void onClosed() {}
}
