package dev.sallyport.core.token.endpoint;

import java.net.URI;

/** Where the token service is, from the issuer's identifier alone: never what a request's Host says. */
public record ServerUrls(URI issuer) {
    public static final String TOKEN = "/oauth2/token";
    public static final String REVOCATION = "/oauth2/revoke";
    public static final String INTROSPECTION = "/oauth2/introspect";
    public static final String KEYS = "/oauth2/jwks";

    /** Put between host and path of the issuer (RFC 8414 §3.1). */
    private static final String METADATA = "/.well-known/oauth-authorization-server";

    /** RFC 8414 §2: https, without query and fragment. */
    public boolean isIssuer() {
        return "https".equalsIgnoreCase(issuer.getScheme()) && issuer.getHost() != null
                && issuer.getRawUserInfo() == null && issuer.getRawQuery() == null && issuer.getRawFragment() == null;
    }

    public String metadataPath() {
        String path = issuer.getRawPath();
        return path.isEmpty() || path.equals("/") ? METADATA : METADATA + path;
    }

    /** @param path of an endpoint */
    public String url(String path) {
        return issuer.getScheme() + "://" + issuer.getRawAuthority() + path;
    }
}
