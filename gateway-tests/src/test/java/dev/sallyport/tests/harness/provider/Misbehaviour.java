package dev.sallyport.tests.harness.provider;

/** The one thing that a provider does wrong at a time. */
public sealed interface Misbehaviour {

    /** Nothing is wrong. */
    Misbehaviour NONE = new Nothing();

    record Nothing() implements Misbehaviour {}

    /** An endpoint that fails as any server may. */
    record Broken(Endpoint at, How how) implements Misbehaviour {
        public enum How {
            FAILS, FAILS_WITH_A_GOOD_BODY, REDIRECTS, IS_OVERSIZE, IS_NOT_JSON, IS_CUT_SHORT, IS_EMPTY, NAMES_A_MEMBER_TWICE, HANGS_UP
        }

        @Override
        public String toString() {
            return at + " " + how;
        }
    }

    /** A discovery document that says what it must not (OpenID Connect Discovery §4.3). */
    enum Discovery implements Misbehaviour {
        ISSUER_OF_ANOTHER, ISSUER_MISSING, ISSUER_WITH_A_SLASH, AUTHORIZATION_ENDPOINT_IN_SCRIPT, TOKEN_ENDPOINT_MISSING, END_SESSION_ENDPOINT_MISSING, PLAIN_CHALLENGES_ALONE,
        CHALLENGES_NOT_NAMED, ISSUER_IN_ANSWER_NOT_PROMISED
    }

    /** What the browser is sent back with (RFC 6749 §4.1.2, RFC 9207). */
    enum Callback implements Misbehaviour { ISSUER_OF_ANOTHER, ISSUER_MISSING, ISSUER_TWICE, STATE_OF_ANOTHER, STATE_MISSING, STATE_TWICE, CODE_MISSING, CODE_TWICE, CODE_AND_ERROR, CONSENT_DENIED, FAILS }

    /** What a code is exchanged for, the ID token aside (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3). */
    enum TokenAnswer implements Misbehaviour {
        ID_TOKEN_MISSING, ID_TOKEN_EMPTY, ID_TOKEN_NO_TEXT, ACCESS_TOKEN_MISSING, ACCESS_TOKEN_BREAKS_THE_LINE, ACCESS_TOKEN_OVERSIZE, REFRESH_TOKEN_NO_TEXT, REFRESH_TOKEN_OVERSIZE, EXPIRY_NO_NUMBER, EXPIRY_NEGATIVE,
        TOKEN_TYPE_MAC, TOKEN_TYPE_MISSING, CODE_REFUSED, CLIENT_REFUSED
    }

    /** An ID token that proves nothing (OpenID Connect Core §3.1.3.7, RFC 8725). */
    enum IdToken implements Misbehaviour {
        ISSUER_OF_ANOTHER, ISSUER_MISSING, AUDIENCE_OF_ANOTHER, AUDIENCE_MISSING, SEVERAL_AUDIENCES_WITHOUT_PARTY, SEVERAL_AUDIENCES_FOR_ANOTHER_PARTY, PARTY_OF_ANOTHER,
        NONCE_OF_ANOTHER, NONCE_MISSING, EXPIRED, EXPIRY_MISSING, FROM_THE_FUTURE, ISSUED_AT_MISSING, SUBJECT_MISSING, SUBJECT_EMPTY, HASH_OF_ANOTHER_ACCESS_TOKEN,
        UNSIGNED, SIGNATURE_STRIPPED, SIGNED_WITH_THE_CLIENT_SECRET, SIGNED_WITH_THE_PUBLIC_KEY, SIGNED_BY_ANOTHER, SIGNED_BY_ITS_OWN_HEADER, ALGORITHM_NOT_ALLOWED, KEY_UNKNOWN,
        TYPE_OF_A_LOGOUT_TOKEN, NO_TOKEN, OVERSIZE
    }

    /** What is told about the holder of an access token (OpenID Connect Core §5.3.2). */
    enum UserInfo implements Misbehaviour { SUBJECT_OF_ANOTHER, SUBJECT_MISSING, SUBJECT_TWICE, LONG }

    /** What a refresh token is exchanged for (RFC 6749 §6, OpenID Connect Core §12.2). */
    enum Refresh implements Misbehaviour { REFUSED, NOT_ROTATED, WITHOUT_ID_TOKEN, FOR_ANOTHER_SUBJECT, WITH_ANOTHER_NONCE, OF_ANOTHER_ISSUER, FOR_ANOTHER_AUDIENCE, SIGNED_BY_ANOTHER, WITHOUT_ACCESS_TOKEN }

    /** A code that is taken again (against RFC 6749 §4.1.2), or with any verifier (against RFC 7636 §4.6). */
    enum Grants implements Misbehaviour { CODES_LAST, VERIFIERS_IGNORED }

    /** Where a provider is asked. */
    enum Endpoint {
        DISCOVERY("/.well-known/openid-configuration"), KEYS("/jwks"), AUTHORIZATION("/authorize"), TOKEN("/token"), USERINFO("/userinfo"), END_SESSION("/end");

        final String path;

        Endpoint(String path) {
            this.path = path;
        }
    }
}
