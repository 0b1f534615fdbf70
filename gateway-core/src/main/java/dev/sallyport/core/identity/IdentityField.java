package dev.sallyport.core.identity;

import java.util.Arrays;
import java.util.Optional;

/** What the upstream may be told of an identity, beside chosen claims; the key is the one in {@code identity.headers}. */
public enum IdentityField {
    SUBJECT("subject", "X-Auth-Subject"),
    METHOD("method", "X-Auth-Method"),
    AUTHENTICATOR("authenticator", "X-Auth-Authenticator"),
    SCOPES("scopes", "X-Auth-Scopes"),
    KEY_ID("keyId", "X-Auth-Key-Id"),
    ISSUER("issuer", "X-Auth-Issuer");

    private final String key;
    private final String defaultHeader;

    IdentityField(String key, String defaultHeader) {
        this.key = key;
        this.defaultHeader = defaultHeader;
    }

    public String key() {
        return key;
    }

    public String defaultHeader() {
        return defaultHeader;
    }

    public static Optional<IdentityField> findByKey(String key) {
        return Arrays.stream(values()).filter(field -> field.key.equals(key)).findFirst();
    }
}
