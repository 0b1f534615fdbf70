package dev.sallyport.core.identity;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/** Scopes in the order in which their issuer wrote them, each once, never changed again. */
public final class Scopes {
    private Scopes() {}

    public static Set<String> inOrder(Collection<String> written) {
        // The small sets of the JDK are a fraction of the size, and a key store holds many of them.
        return written.size() < 2 ? Set.copyOf(written) : Collections.unmodifiableSet(new LinkedHashSet<>(written));
    }
}
