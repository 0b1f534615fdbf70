package dev.sallyport.server.observe;

/** Told of every exchange once, at its end, on the event loop: it must neither block nor throw. */
@FunctionalInterface
public interface ExchangeObserver {

    void ended(Timeline timeline);

    /** For tests that look at nothing. */
    ExchangeObserver IGNORED = _ -> {};
}
