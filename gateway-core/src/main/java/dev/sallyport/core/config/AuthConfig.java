package dev.sallyport.core.config;

import dev.sallyport.core.config.bind.Doc;
import dev.sallyport.core.config.bind.Inline;
import dev.sallyport.core.config.bind.Kind;
import dev.sallyport.core.config.bind.Shorthand;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may use a route: {@code none}, a name, a list of names (any of them), or a mapping.
 *
 * @param any exactly one of {@code any} and {@code all}; both absent only for {@link #NONE}, which a file can say in no other way
 */
public record AuthConfig(
        @Doc("One of these is enough.") Optional<List<Chain>> any,
        @Doc("Each of these must pass; the first is the identity.") Optional<List<Chain>> all,
        @Doc("Scopes that are all needed.") List<String> scopes,
        @Doc("Claims and what they must be: a value, or {contains: value}.") Map<String, ClaimConfig> claims) {

    /** {@code auth: none}, written out: everybody. */
    public static final AuthConfig NONE = new AuthConfig(Optional.empty(), Optional.empty(), List.of(), Map.of());

    @Shorthand
    public static AuthConfig ofName(String name) {
        return name.equals("none") ? NONE : anyOf(List.of(new Chain.Named(name)));
    }

    @Shorthand
    public static AuthConfig anyOf(List<Chain> members) {
        return new AuthConfig(Optional.of(members), Optional.empty(), List.of(), Map.of());
    }

    /** Authenticators joined, to any depth. */
    public sealed interface Chain {
        @Shorthand
        static Chain ofName(String name) {
            return new Named(name);
        }

        record Named(String authenticator) implements Chain {}

        @Kind("any")
        @Doc("One of these is enough.")
        record Any(@Inline List<Chain> members) implements Chain {}

        @Kind("all")
        @Doc("Each of these must pass.")
        record All(@Inline List<Chain> members) implements Chain {}
    }

    /** What a claim must be. */
    public sealed interface ClaimConfig {
        @Shorthand
        static ClaimConfig equalTo(String value) {
            return new Equal(value);
        }

        record Equal(String value) implements ClaimConfig {}

        @Kind("contains")
        @Doc("The claim is a list that contains this value.")
        record Contains(@Inline String value) implements ClaimConfig {}
    }
}
