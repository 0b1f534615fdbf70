package dev.sallyport.server.exchange.downstream;

/** Told to the connections of a listener. */
public enum Signal {
    /** Let open exchanges end, then close. */
    DRAIN
}
