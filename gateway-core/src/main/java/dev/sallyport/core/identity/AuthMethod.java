package dev.sallyport.core.identity;

import java.util.Locale;

/** How an identity was proven; the lower-case name is the value of {@code X-Auth-Method} and of the log field. */
public enum AuthMethod {
    API_KEY,
    JWT,
    INTROSPECTION,
    HMAC,
    MTLS,
    OIDC;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Whose challenge can say what they lack (RFC 6750 §3.1). */
    public boolean isBearerToken() {
        return this == JWT || this == INTROSPECTION;
    }

    /** Whether who is proven so has claims that a route can ask for. */
    public boolean bringsClaims() {
        return isBearerToken() || this == OIDC;
    }

    public String label() {
        return label;
    }
}
