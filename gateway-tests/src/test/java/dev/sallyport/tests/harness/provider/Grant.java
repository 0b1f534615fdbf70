package dev.sallyport.tests.harness.provider;

/**
 * What a user agreed to.
 *
 * @param sid the provider's own session
 * @param nonce empty where none was sent, and after the first answer
 * @param challenge of PKCE with S256
 */
record Grant(String subject, String sid, String nonce, String challenge, String redirectUri, String scope) {

    /** An ID token at refresh need not repeat the nonce (OpenID Connect Core §12.2). */
    Grant refreshed() {
        return new Grant(subject, sid, "", challenge, redirectUri, scope);
    }
}
