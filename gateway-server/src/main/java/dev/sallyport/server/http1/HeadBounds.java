package dev.sallyport.server.http1;

/**
 * @param maxBytes start line, field lines and the empty line together
 * @param maxFields field lines
 */
public record HeadBounds(int maxBytes, int maxFields) {}
