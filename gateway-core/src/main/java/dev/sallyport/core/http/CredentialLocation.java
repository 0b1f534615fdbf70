package dev.sallyport.core.http;

/** Where a credential may stand in a request. Every location of a route's chain is stripped before forwarding. */
public sealed interface CredentialLocation {
    /** A field that holds nothing but the credential. */
    record Field(String name) implements CredentialLocation {}

    /** {@code Authorization} or a field like it, when it carries this scheme. */
    record Scheme(String field, String scheme) implements CredentialLocation {}

    /** A cookie of the gateway's own, which never goes up, whatever the route says. */
    record Cookie(String name) implements CredentialLocation {}

    /** Name of the field in which it stands. */
    default String fieldName() {
        return switch (this) {
            case Field(String name) -> name;
            case Scheme(String field, var _) -> field;
            case Cookie _ -> "Cookie";
        };
    }

    /** The first field at or after {@code from} in which such a credential stands, or -1. */
    default int indexIn(HeaderFields fields, int from) {
        return switch (this) {
            case Field(String name) -> fields.indexOf(name, from);
            case Cookie(String name) -> GatewayCookies.indexOf(fields, name, from);
            case Scheme(String name, String scheme) -> {
                int index = fields.indexOf(name, from);
                while (index >= 0 && !hasScheme(fields, index, scheme)) {
                    index = fields.indexOf(name, index + 1);
                }
                yield index;
            }
        };
    }

    /** Whether the value is the scheme alone or followed by white space; schemes have no case (RFC 9110 §11.1). */
    static boolean hasScheme(HeaderFields fields, int index, String scheme) {
        int start = fields.valueStart(index);
        int length = fields.valueEnd(index) - start;
        if (length < scheme.length()) {
            return false;
        }
        for (int offset = 0; offset < scheme.length(); offset++) {
            if (Character.toLowerCase(scheme.charAt(offset)) != Character.toLowerCase((char) (fields.bytes()[start + offset] & 0xFF))) {
                return false;
            }
        }
        byte next = length == scheme.length() ? (byte) ' ' : fields.bytes()[start + scheme.length()];
        return next == ' ' || next == '\t';
    }
}
