package dev.sallyport.core.identity;

import java.util.Locale;

/** How an identity was proven; the lower-case name is the value of {@code X-Auth-Method} and of the log field. */
public enum AuthMethod {
    API_KEY,
    JWT,
    INTROSPECTION,
    HMAC,
    MTLS;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Bearer tokens alone bring claims, and are told what they lack (RFC 6750 §3.1). */
    public boolean isBearerToken() {
        return this == JWT || this == INTROSPECTION;
    }

    public String label() {
        return label;
    }
}
