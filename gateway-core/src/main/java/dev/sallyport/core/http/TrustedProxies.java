package dev.sallyport.core.http;

import java.util.List;

/** Whose forwarding headers are believed; none by default. */
public record TrustedProxies(List<String> networks) {}
