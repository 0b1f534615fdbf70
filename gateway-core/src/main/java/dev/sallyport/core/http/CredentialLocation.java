package dev.sallyport.core.http;

/** Where a credential may stand in a request. Every location of a route's chain is stripped before forwarding. */
public sealed interface CredentialLocation {
    /** A field that holds nothing but the credential. */
    record Field(String name) implements CredentialLocation {}

    /** {@code Authorization} or a field like it, when it carries this scheme. */
    record Scheme(String field, String scheme) implements CredentialLocation {}
}
