package dev.sallyport.core.gateway;

import java.time.Duration;

/**
 * Bounds of one listener; each has a finite default.
 *
 * @param headerTimeout from the first byte of a request, or from the connect for the first one, to the end of its head
 * @param bodyTimeout longest pause within the content
 * @param minBodyRate bytes a second that content must keep up with, after {@code bodyTimeout}
 * @param requestTimeout from the end of the head to the head of the answer
 * @param idleTimeout between two requests of a connection
 * @param writeTimeout longest time in which a client takes not one byte of an answer
 * @param maxHeaderBytes request line and header section together
 * @param maxHeaders fields
 * @param maxBody bytes of content
 */
public record Limits(
        Duration headerTimeout,
        Duration bodyTimeout,
        int minBodyRate,
        Duration requestTimeout,
        Duration idleTimeout,
        Duration writeTimeout,
        int maxHeaderBytes,
        int maxHeaders,
        long maxBody,
        int maxConnections) {}
