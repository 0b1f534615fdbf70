package dev.sallyport.core.identity;

import dev.sallyport.core.http.ResponseField;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which headers say who was proven.
 *
 * @param names a field left out is not sent
 * @param claims claim to header
 * @param assertion header of the signed token that says the same; whoever forwards adds it
 */
public record IdentityHeaders(Map<IdentityField, String> names, Map<String, String> claims, Optional<String> assertion) {
    /** Bytes of one value; a longer one is refused, never cut. */
    public static final int MAX_VALUE = 4096;

    /** All fields under their own names, no claims. */
    public static final IdentityHeaders DEFAULT = new IdentityHeaders(defaultNames(), Map.of());

    /** Where an assertion goes up unless told otherwise; reserved whether there is one or not. */
    public static final String DEFAULT_ASSERTION = "X-Auth-Assertion";

    public IdentityHeaders(Map<IdentityField, String> names, Map<String, String> claims) {
        this(names, claims, Optional.empty());
    }

    /** What writing an identity gave. */
    public sealed interface Written {
        record Fields(List<ResponseField> fields) implements Written {}

        record TooLarge(String header) implements Written {}
    }

    /**
     * Every name that must not come from a client: those in use, and the default ones even where they are renamed or left
     * out, for an upstream may still look at them.
     */
    public Set<String> reserved() {
        Set<String> reserved = new HashSet<>(defaultNames().values());
        reserved.addAll(names.values());
        reserved.addAll(claims.values());
        reserved.add(DEFAULT_ASSERTION);
        assertion.ifPresent(reserved::add);
        return reserved;
    }

    /** Nothing for the anonymous. */
    public Written write(Identity identity) {
        List<ResponseField> fields = new ArrayList<>(8);
        if (identity.isAnonymous()) {
            return new Written.Fields(fields);
        }
        for (Map.Entry<IdentityField, String> name : names.entrySet()) {
            String value = valueOf(name.getKey(), identity);
            if (value.length() > MAX_VALUE) {
                return new Written.TooLarge(name.getValue());
            }
            if (!value.isEmpty()) {
                fields.add(new ResponseField(name.getValue(), value));
            }
        }
        for (Map.Entry<String, String> claim : claims.entrySet()) {
            String value = claimText(identity.claims().get(claim.getKey()));
            if (value.length() > MAX_VALUE) {
                return new Written.TooLarge(claim.getValue());
            }
            if (!value.isEmpty()) {
                fields.add(new ResponseField(claim.getValue(), value));
            }
        }
        return new Written.Fields(fields);
    }

    private static String valueOf(IdentityField field, Identity identity) {
        return switch (field) {
            case SUBJECT -> FieldText.encode(identity.subject());
            case METHOD -> joined(identity, proof -> proof.method().label());
            case AUTHENTICATOR -> joined(identity, proof -> FieldText.encodeMember(proof.authenticator(), ','));
            case SCOPES -> scopes(identity.scopes());
            case KEY_ID -> optional(identity.credentialId());
            case ISSUER -> optional(identity.issuer());
        };
    }

    private static String joined(Identity identity, Function<Proof, String> part) {
        return identity.proofs().size() == 1
                ? part.apply(identity.proofs().getFirst())
                : identity.proofs().stream().map(part).collect(Collectors.joining(","));
    }

    private static String scopes(Set<String> scopes) {
        return scopes.isEmpty()
                ? ""
                : scopes.stream().map(scope -> FieldText.encodeMember(scope, ' ')).collect(Collectors.joining(" "));
    }

    private static String optional(Optional<String> text) {
        return text.map(FieldText::encode).orElse("");
    }

    /** Empty for what has no plain form: null (as a text it would be a name), objects, and arrays that hold such. */
    private static String claimText(@Nullable Object claim) {
        return switch (claim) {
            case Collection<?> members when members.stream().allMatch(IdentityHeaders::isScalar) ->
                    members.stream().map(member -> FieldText.encodeMember(plain(member), ',')).collect(Collectors.joining(","));
            case String text -> FieldText.encode(text);
            case Number number -> FieldText.encode(plain(number));
            case Boolean flag -> FieldText.encode(flag.toString());
            case null, default -> "";
        };
    }

    private static boolean isScalar(@Nullable Object value) {
        return value instanceof String || value instanceof Number || value instanceof Boolean;
    }

    private static String plain(Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }

    private static Map<IdentityField, String> defaultNames() {
        Map<IdentityField, String> names = new EnumMap<>(IdentityField.class);
        for (IdentityField field : IdentityField.values()) {
            names.put(field, field.defaultHeader());
        }
        return Collections.unmodifiableMap(names);
    }
}
