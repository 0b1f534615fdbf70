package dev.sallyport.core.identity;

import dev.sallyport.core.reject.RejectReason;
import java.util.Locale;

/** How an identity was proven; the lower-case name is the value of {@code X-Auth-Method} and of the log field. */
public enum AuthMethod {
    API_KEY(RejectReason.API_KEY_INACTIVE),
    JWT(RejectReason.TOKEN_REVOKED),
    INTROSPECTION(RejectReason.TOKEN_REVOKED),
    HMAC(RejectReason.SIGNATURE_KEY_REVOKED),
    MTLS(RejectReason.CERTIFICATE_REVOKED),
    /** Not as an ended session: a navigation would go to the provider and come back for ever. */
    OIDC(RejectReason.TOKEN_REVOKED);

    private final String label = name().toLowerCase(Locale.ROOT);
    private final RejectReason revoked;

    AuthMethod(RejectReason revoked) {
        this.revoked = revoked;
    }

    /** Why a credential of this kind is refused that was called back. */
    public RejectReason revoked() {
        return revoked;
    }

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
