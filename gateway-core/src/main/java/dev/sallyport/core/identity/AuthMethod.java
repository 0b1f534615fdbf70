package dev.sallyport.core.identity;

import java.util.Locale;

/** How an identity was proven; the lower-case name is the value of {@code X-Auth-Method} and of the log field. */
public enum AuthMethod {
    API_KEY,
    JWT,
    HMAC,
    MTLS;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
        return label;
    }
}
