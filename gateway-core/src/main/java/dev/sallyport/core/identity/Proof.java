package dev.sallyport.core.identity;

/** One credential that was checked and held: by which method, by which authenticator of the configuration. */
public record Proof(AuthMethod method, String authenticator) {}
