package dev.sallyport.core.auth.oidc;

import dev.sallyport.core.port.Secret;
import dev.sallyport.core.state.session.SignedIn;
import java.util.Collection;
import java.util.Map;

/** How much of the provider's answers stays in memory for a session, which is there for hours, and with thousands of others. */
final class KeptSize {
    /** Bytes of claims and tokens in one session, as {@link #of} counts them; mostly some 4,000. */
    static final int MAX = 32 * 1024;

    /** What a value costs beside its text. */
    private static final int VALUE = 16;

    private KeptSize() {}

    static boolean fits(SignedIn who) {
        return of(who) <= MAX;
    }

    /** What is told where it does not fit. */
    static String tooMuch(SignedIn who) {
        return "tokens and claims have " + of(who) + " bytes together, and a session keeps " + MAX;
    }

    private static int of(SignedIn who) {
        return who.accessToken().length() + who.refreshToken().map(Secret::length).orElse(0) + of(who.identity().claims());
    }

    /** Of documents whose depth and number of values were bounded when they were read. */
    private static int of(Object value) {
        return VALUE + switch (value) {
            case String text -> text.length();
            case Map<?, ?> members -> members.entrySet().stream().mapToInt(each -> of(each.getKey()) + of(each.getValue())).sum();
            case Collection<?> items -> items.stream().mapToInt(KeptSize::of).sum();
            default -> 0;
        };
    }
}
