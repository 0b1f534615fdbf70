package dev.sallyport.core.route;

/** Which hosts a route serves; names are lower case and without port. */
public sealed interface HostPattern {
    record Any() implements HostPattern {}

    record Exact(String host) implements HostPattern {}

    /** {@code *.example.com}: one or more labels before the suffix, which is kept with its leading dot. */
    record Below(String suffix) implements HostPattern {}
}
