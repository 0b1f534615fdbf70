package dev.sallyport.core.route;

/** How a route treats paths that can be read in two ways. */
public record PathRules(EncodedSlash encodedSlash, DuplicateSlashes duplicateSlashes) {
    public enum EncodedSlash { REJECT, KEEP }

    public enum DuplicateSlashes { MERGE, KEEP, REJECT }

    public static final PathRules DEFAULT = new PathRules(EncodedSlash.REJECT, DuplicateSlashes.MERGE);
}
