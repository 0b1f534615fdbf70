package dev.sallyport.core.http;

/** One field line of an answer. */
public record ResponseField(String name, String value) {}
