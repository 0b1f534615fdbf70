package dev.sallyport.core.token.endpoint;

import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.token.client.OAuthForm;
import dev.sallyport.core.token.client.OAuthRefusal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a client asks for, within what it may have. More than that is refused rather than cut: a client that gets less than
 * it asked for fails later, and elsewhere.
 */
record RequestedGrant(Set<String> scopes, Set<String> audiences) {
    /** For a token that is refused whatever is asked for. */
    static final RequestedGrant NOTHING = new RequestedGrant(Set.of(), Set.of());

    private static final String INVALID_TARGET = "invalid_target";

    /** A first grant: which of several APIs is meant must be said. */
    static RequestedGrant first(OAuthForm form, Set<String> scopes, Set<String> audiences) throws OAuthRefusal {
        Set<String> named = audiences(form, audiences);
        if (named.isEmpty() && audiences.size() != 1) {
            throw OAuthRefusal.of(RejectReason.GRANT_TARGET_NOT_ALLOWED, INVALID_TARGET, "the client has " + audiences.size() + " audiences and names none");
        }
        return new RequestedGrant(scopes(form, scopes), named.isEmpty() ? audiences : named);
    }

    /** Of what was granted before: all that is left of it, or less. */
    static RequestedGrant again(OAuthForm form, Set<String> scopes, Set<String> audiences) throws OAuthRefusal {
        Set<String> named = audiences(form, audiences);
        if (audiences.isEmpty()) {
            throw OAuthRefusal.of(RejectReason.GRANT_TARGET_NOT_ALLOWED, INVALID_TARGET, "the client lost every audience of the refresh token");
        }
        return new RequestedGrant(scopes(form, scopes), named.isEmpty() ? audiences : named);
    }

    /** RFC 6749 §3.3: all that it may have, where it asks for nothing in particular. */
    private static Set<String> scopes(OAuthForm form, Set<String> allowed) throws OAuthRefusal {
        Optional<String> asked = form.find("scope");
        if (asked.isEmpty()) {
            return allowed;
        }
        Set<String> scopes = new LinkedHashSet<>(List.of(asked.get().split(" ", -1)));
        scopes.remove("");
        if (!allowed.containsAll(scopes)) {
            throw OAuthRefusal.of(RejectReason.GRANT_SCOPE_NOT_ALLOWED, "invalid_scope", "`scope` is not within " + allowed);
        }
        return Scopes.inOrder(scopes);
    }

    /** By {@code resource} (RFC 8707 §2), {@code audience}, or both. */
    private static Set<String> audiences(OAuthForm form, Set<String> allowed) throws OAuthRefusal {
        List<String> resources = form.all("resource");
        List<String> named = new ArrayList<>(resources);
        form.find("audience").ifPresent(named::add);
        if (!resources.stream().allMatch(RequestedGrant::isResource) || !allowed.containsAll(named)) {
            throw OAuthRefusal.of(RejectReason.GRANT_TARGET_NOT_ALLOWED, INVALID_TARGET, "`resource` or `audience` is not within " + allowed);
        }
        return Scopes.inOrder(named);
    }

    private static boolean isResource(String text) {
        try {
            URI uri = new URI(text);
            return uri.isAbsolute() && uri.getRawFragment() == null;
        } catch (URISyntaxException _) {
            return false;
        }
    }
}
