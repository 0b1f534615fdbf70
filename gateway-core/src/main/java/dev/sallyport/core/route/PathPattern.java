package dev.sallyport.core.route;

/** Which paths a route serves, as written. */
public record PathPattern(String text) {}
