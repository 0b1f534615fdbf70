package dev.sallyport.server.exchange.downstream;

/** Whether a client waits for {@code 100 Continue} (RFC 9110 §10.1.1). */
public enum Continue { EXPECTED, NOT_EXPECTED }
