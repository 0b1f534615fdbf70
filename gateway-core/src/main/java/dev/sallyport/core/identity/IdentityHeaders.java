package dev.sallyport.core.identity;

import java.util.Map;

/** Which headers say who was proven; every one of them is reserved. */
public record IdentityHeaders(Map<String, String> names, Map<String, String> claims) {}
