package dev.sallyport.core.route;

import dev.sallyport.core.http.HeaderFields;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a request must look like for a route.
 *
 * @param methods empty for all; GET implies HEAD
 * @param headers name to exact value; all must be there
 */
public record RouteMatch(HostPattern host, PathPattern path, Set<String> methods, Map<String, String> headers) {

    public boolean takesMethod(String method) {
        return methods.isEmpty() || methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
    }

    /** A repeated field satisfies nothing: gateway and upstream could look at different ones (CVE-2026-26308). */
    boolean takesFields(HeaderFields fields) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            int index = fields.indexOf(header.getKey(), 0);
            boolean isSingle = index >= 0 && fields.indexOf(header.getKey(), index + 1) < 0;
            if (!isSingle || !fields.value(index).equals(header.getValue())) {
                return false;
            }
        }
        return true;
    }

    /** Methods as {@code Allow} names them (RFC 9110 §10.2.1). */
    Set<String> allowed() {
        Set<String> allowed = new HashSet<>(methods);
        if (methods.contains("GET")) {
            allowed.add("HEAD");
        }
        return allowed;
    }

    int constraints() {
        return (methods.isEmpty() ? 0 : 1) + headers.size();
    }

    /** Whether some request fits both and nothing says which is meant; or one is on every host, and so has its path for itself. */
    boolean tiesWith(RouteMatch other) {
        return host.tiesWith(other.host) && path.hasShapeOf(other.path) && (isEverywhere() || other.isEverywhere() || isAsSpecificAs(other));
    }

    private boolean isEverywhere() {
        return host.equals(HostPattern.EVERY);
    }

    private boolean isAsSpecificAs(RouteMatch other) {
        return constraints() == other.constraints()
                && sharesMethodWith(other)
                && headers.entrySet().stream().allMatch(header -> other.isOpenFor(header.getKey(), header.getValue()));
    }

    private boolean sharesMethodWith(RouteMatch other) {
        return methods.isEmpty() || other.methods.isEmpty() || allowed().stream().anyMatch(other.allowed()::contains);
    }

    private boolean isOpenFor(String name, String value) {
        return headers.entrySet().stream()
                .noneMatch(header -> header.getKey().equalsIgnoreCase(name) && !header.getValue().equals(value));
    }
}
