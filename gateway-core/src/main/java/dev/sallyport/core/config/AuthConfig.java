package dev.sallyport.core.config;

import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.Inline;
import dev.sallyport.core.config.bind.annotation.Kind;
import dev.sallyport.core.config.bind.annotation.MappingForm;
import dev.sallyport.core.config.bind.annotation.Shorthand;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may use a route: {@code none}, a name, a list of names (any of them), or a mapping. */
public sealed interface AuthConfig {

    /** {@code auth: none}, written out: everybody. Its own type, so that no mapping however empty can say it. */
    record None() implements AuthConfig {}

    /** Exactly one of {@code any} and {@code all}. */
    @MappingForm
    record Required(
            @Doc("One of these is enough.") Optional<List<Chain>> any,
            @Doc("Each of these must pass; the first is the identity.") Optional<List<Chain>> all,
            @Doc("Scopes that are all needed.") List<String> scopes,
            @Doc("Claims and what they must be: a value, or {contains: value}.") Map<String, ClaimConfig> claims)
            implements AuthConfig {}

    @Shorthand
    static AuthConfig ofName(String name) {
        return name.equals("none") ? new None() : anyOf(List.of(new Chain.Named(name)));
    }

    @Shorthand
    static AuthConfig anyOf(List<Chain> members) {
        return new Required(Optional.of(members), Optional.empty(), List.of(), Map.of());
    }

    /** Authenticators joined, to any depth. */
    sealed interface Chain {
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
    sealed interface ClaimConfig {
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
