package dev.sallyport.core.route;

/** What becomes of the matched path on its way up. */
public sealed interface PathRewrite {
    record Unchanged() implements PathRewrite {}

    /**
     * @param prefix canonical, without a slash at its end; every path that the route matches begins with it
     */
    record StripPrefix(String prefix) implements PathRewrite {}

    /** On one form only, the canonical one (a length taken from one form and used on another cut paths wrongly: CVE-2026-40912). */
    default String apply(String path) {
        return switch (this) {
            case Unchanged() -> path;
            case StripPrefix(String prefix) -> path.length() == prefix.length() ? "/" : path.substring(prefix.length());
        };
    }
}
