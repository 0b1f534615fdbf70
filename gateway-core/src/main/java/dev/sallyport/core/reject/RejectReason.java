package dev.sallyport.core.reject;

import static dev.sallyport.core.reject.RejectReason.Afterwards.CLOSE;
import static dev.sallyport.core.reject.RejectReason.Afterwards.KEEP;
import static dev.sallyport.core.reject.RejectReason.Fault.CLIENT;
import static dev.sallyport.core.reject.RejectReason.Fault.GATEWAY;
import static dev.sallyport.core.reject.RejectReason.Fault.SIDE_SERVICE;
import static dev.sallyport.core.reject.RejectReason.Fault.UPSTREAM;
import static dev.sallyport.core.reject.RejectReason.Stage.ADMIT;
import static dev.sallyport.core.reject.RejectReason.Stage.AUTHENTICATE;
import static dev.sallyport.core.reject.RejectReason.Stage.AUTHORIZE;
import static dev.sallyport.core.reject.RejectReason.Stage.FORWARD;
import static dev.sallyport.core.reject.RejectReason.Stage.RECEIVE;
import static dev.sallyport.core.reject.RejectReason.Stage.ROUTE;

import java.util.Locale;

/**
 * Every way in which a request is refused, once. The lower-case name is the log field, the metric label and the row of
 * {@code docs/reject-reasons.md}, which is generated from here.
 */
public enum RejectReason {
    // RECEIVE: the bytes are not one unambiguous request (RFC 9112).
    REQUEST_LINE_MALFORMED(RECEIVE, CLIENT, 400, Code.BAD_REQUEST, CLOSE,
            "The request line is not `method SP target SP HTTP/1.x` (RFC 9112 §3).",
            "Send one space between the parts and HTTP/1.1 or HTTP/1.0 as the version."),
    METHOD_UNSUPPORTED(RECEIVE, CLIENT, 501, Code.NOT_IMPLEMENTED, CLOSE,
            "CONNECT and TRACE are never served: one opens a tunnel past every check, the other echoes credentials (RFC 9110 §9.3.6, §9.3.8).",
            "Use another method."),
    TARGET_MALFORMED(RECEIVE, CLIENT, 400, Code.BAD_REQUEST, CLOSE,
            "The request target has a bad escape, a control or non-ASCII byte, or is in no form that RFC 9112 §3.2 allows for the method.",
            "Percent-encode what is outside the URI characters."),
    TARGET_TOO_LONG(RECEIVE, CLIENT, 414, Code.URI_TOO_LONG, CLOSE,
            "The request line alone is longer than the whole header section may be.",
            "Shorten the target, or raise `limits.maxHeaderBytes` of the listener."),
    HOST_INVALID(RECEIVE, CLIENT, 400, Code.BAD_REQUEST, CLOSE,
            "Host is missing, repeated, malformed, or disagrees with an absolute-form target (RFC 9112 §3.2).",
            "Send exactly one valid Host field."),
    HEADER_MALFORMED(RECEIVE, CLIENT, 400, Code.BAD_REQUEST, CLOSE,
            "A field line breaks the grammar: no colon, white space before it, a folded line, an empty name, a control byte (RFC 9112 §5).",
            "Send `name: value` on one line, with a token as the name."),
    LINE_ENDING_INVALID(RECEIVE, CLIENT, 400, Code.BAD_REQUEST, CLOSE,
            "A line ends in a bare CR or a bare LF; two parsers would disagree where it ends (RFC 9112 §2.2).",
            "End every line with CRLF."),
    HEADERS_TOO_LARGE(RECEIVE, CLIENT, 431, Code.HEADERS_TOO_LARGE, CLOSE,
            "The header section has more bytes or more fields than the listener allows.",
            "Send less, or raise `limits.maxHeaderBytes` or `limits.maxHeaders`."),
    FRAMING_AMBIGUOUS(RECEIVE, CLIENT, 400, Code.BAD_REQUEST, CLOSE,
            "Content-Length and Transfer-Encoding together, several lengths, or a transfer coding in HTTP/1.0: two parsers would disagree where the request ends (RFC 9112 §6.1, §6.3).",
            "Send exactly one of the two, once."),
    CONTENT_LENGTH_INVALID(RECEIVE, CLIENT, 400, Code.BAD_REQUEST, CLOSE,
            "Content-Length is not a plain decimal number (RFC 9110 §8.6).",
            "Send digits only."),
    TRANSFER_CODING_UNSUPPORTED(RECEIVE, CLIENT, 501, Code.NOT_IMPLEMENTED, CLOSE,
            "A transfer coding other than `chunked`, or `chunked` misspelt or misplaced (RFC 9112 §6.1).",
            "Send `Transfer-Encoding: chunked` alone."),
    CHUNK_MALFORMED(RECEIVE, CLIENT, 400, Code.BAD_REQUEST, CLOSE,
            "The chunked content breaks the grammar of RFC 9112 §7.1, or its extensions or trailers pass their bounds.",
            "Send hexadecimal sizes, CRLF after each size and each chunk, and few trailers."),
    EXPECTATION_UNSUPPORTED(RECEIVE, CLIENT, 417, Code.BAD_REQUEST, CLOSE,
            "Expect names something other than `100-continue` (RFC 9110 §10.1.1).",
            "Send `Expect: 100-continue` or none."),
    BODY_TOO_LARGE(RECEIVE, CLIENT, 413, Code.PAYLOAD_TOO_LARGE, CLOSE,
            "The content is larger than `limits.maxBody` of the listener, or than `maxBody` of the authenticator that must read it.",
            "Send less, or raise the bound that the log names."),
    HEADER_TIMEOUT(RECEIVE, CLIENT, 408, Code.BAD_REQUEST, CLOSE,
            "The header section did not arrive within `limits.headerTimeout`.",
            "Send faster; a slow trickle of headers is an attack."),
    BODY_TIMEOUT(RECEIVE, CLIENT, 408, Code.BAD_REQUEST, CLOSE,
            "The content paused longer than `limits.bodyTimeout`, or came slower than `limits.minBodyRate` bytes a second.",
            "Send faster, or lower the bound for this listener."),

    // ROUTE: which route is meant?
    PATH_AMBIGUOUS(ROUTE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "The path can be read in two ways: an encoded slash, a backslash, an encoded dot segment, `..;`, duplicate slashes where the route rejects them, or a climb above the root.",
            "Send the plain form, or set `path:` on the route where the upstream needs it."),
    ROUTE_NOT_FOUND(ROUTE, CLIENT, 404, Code.NOT_FOUND, KEEP,
            "No route matches host, path and headers.",
            "Add a route; `sallyport explain` shows how a request is matched."),
    METHOD_NOT_ALLOWED(ROUTE, CLIENT, 405, Code.METHOD_NOT_ALLOWED, KEEP,
            "Routes match the path, but none of them this method.",
            "Use a method that `Allow` lists, or add it to the route's `methods`."),

    // ADMIT: is there room, is this the place for credentials?
    FAILED_ATTEMPTS_EXCEEDED(ADMIT, CLIENT, 429, Code.TOO_MANY_REQUESTS, KEEP,
            "This address presented too many bad credentials lately (`failedAttempts` of the listener).",
            "Wait as long as Retry-After says, then send a valid credential."),
    HTTPS_REQUIRED(ADMIT, CLIENT, 403, Code.FORBIDDEN, KEEP,
            "A credential came over plain HTTP from the network. Treat it as disclosed.",
            "Use HTTPS; behind a TLS proxy, list it in `trustedProxies`; `insecureAllowPlaintextCredentials` lifts the rule."),
    CREDENTIALS_IN_URL(ADMIT, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "A credential came in the query, where logs and histories keep it (RFC 9700 §4.3.2).",
            "Send it in its header."),
    CREDENTIALS_AMBIGUOUS(ADMIT, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "A credential's header came twice or as a list; gateway and upstream could pick different ones. Or an OAuth client proves itself in several ways at once.",
            "Send it once, in one way."),

    // AUTHENTICATE: is the credential valid?
    CREDENTIALS_MISSING(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The request carries no credential that the route takes.",
            "Send one of those that WWW-Authenticate lists."),
    TOKEN_MALFORMED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The token is no compact JWS with the claims of an access token (RFC 7515 §3.1, RFC 8725); where the provider is asked, it has characters that no token has, or the answer lacks such claims.",
            "Send an access token of the issuer unchanged."),
    TOKEN_ISSUER_MISMATCH(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "No authenticator of the route has the token's `iss` as its issuer, or the provider that was asked names another.",
            "Compare `iss` with `jwt.issuer` or `introspection.issuer`, letter by letter, the last slash included."),
    TOKEN_ALGORITHM_NOT_ALLOWED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The token's `alg` is not among `jwt.algorithms` (RFC 8725 §3.1).",
            "Have the provider sign with an allowed algorithm, or allow this one."),
    TOKEN_KEY_UNKNOWN(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "No key of the issuer fits the token's `kid` and `alg`, even after a refresh; or there is no `kid` and more than four keys fit.",
            "Check that the provider publishes the key at the JWKS address."),
    TOKEN_SIGNATURE_INVALID(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The signature does not verify under the key that the token names.",
            "The token was changed or signed by somebody else; obtain a new one."),
    TOKEN_TYPE_NOT_ALLOWED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The token is of another kind: its `typ` is not `jwt.type`, or it is an ID token, a log-out token, a DPoP proof or a security event (RFC 8725 §3.11, §3.12).",
            "Send an access token."),
    TOKEN_EXPIRED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The token's `exp` has passed.",
            "Obtain a new token; compare the clocks if it should still hold (`jwt.clockSkew`)."),
    TOKEN_EXPIRY_MISSING(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The token has no `exp`: it would hold for ever.",
            "Have the provider set `exp`."),
    TOKEN_NOT_YET_VALID(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The token's `nbf` or `iat` lies in the future.",
            "Compare the clocks of provider and gateway (`jwt.clockSkew`)."),
    TOKEN_AUDIENCE_MISMATCH(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "None of the token's `aud` is among the authenticator's `audiences`.",
            "Ask for a token for this API, or add the audience."),
    TOKEN_LIFETIME_TOO_LONG(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The token lives longer than `jwt.maxLifetime`.",
            "Shorten it at the provider, or raise `jwt.maxLifetime`."),
    TOKEN_BINDING_REQUIRED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The token is bound to a key (`cnf`) and came without the proof of it, or it is not bound and the authenticator wants it to be.",
            "Send a bound token with its proof (scheme DPoP, or the client certificate); see `senderConstraint`."),
    TOKEN_BINDING_MISMATCH(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The token is bound to another key or certificate than the one that came with it.",
            "Use the key or client certificate with which the token was asked for."),
    DPOP_PROOF_MISSING(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "A token came under the scheme DPoP without the header DPoP.",
            "Send a proof with each request (RFC 9449 §7)."),
    DPOP_PROOF_INVALID(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The proof in the header DPoP does not hold for this request and token (RFC 9449 §4.3).",
            "Sign `htm`, `htu`, `iat`, `jti` and `ath` anew for each request, with a clock that is right to a minute."),
    DPOP_PROOF_REPLAYED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "This very proof was already accepted.",
            "Make a proof for each request; its `jti` is used once."),
    DPOP_NONCE_REQUIRED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The proof lacks the nonce that the gateway gave out, or has an old one (RFC 9449 §9).",
            "Repeat the request with the `DPoP-Nonce` of this answer in the proof."),
    TOKEN_REVOKED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The token or session was called back: by a revocation file, a call of the admin port, or its provider's log-out.",
            "Obtain a new token."),
    TOKEN_INACTIVE(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The provider says that the token is not active: expired, called back, or never issued (RFC 7662 §2.2).",
            "Obtain a new token."),
    API_KEY_MALFORMED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The key looks like one of ours, but its checksum does not hold: a typing error.",
            "Copy the whole key again."),
    API_KEY_UNKNOWN(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The key is not in the store.",
            "Check which gateway it was made for; `sallyport keys list` shows the ids."),
    API_KEY_INACTIVE(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The key was revoked: `active: false` in its file, or called back by its id.",
            "Make a new one with `sallyport keys create`."),
    API_KEY_NOT_YET_VALID(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The key's `notBefore` lies in the future.",
            "Wait, or change the date."),
    API_KEY_EXPIRED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The key's `expiresAt` has passed.",
            "Rotate it with `sallyport keys rotate`."),
    SIGNATURE_MALFORMED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The signature header, or one that belongs to it, does not have the form of the scheme.",
            "Compare with what `sallyport sign` prints for the scheme."),
    SIGNATURE_BODY_MISSING(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The scheme signs the content alone, and there is none: such a signature would fit every empty request.",
            "Send content."),
    SIGNATURE_TIMESTAMP_OUT_OF_TOLERANCE(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The signed time is further from now than `hmac.tolerance`, in either direction.",
            "Compare the clocks, and send at once after signing."),
    SIGNATURE_MISMATCH(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "No configured secret gives this signature over these bytes.",
            "Sign the content byte for byte as it is sent; check which secret is in use."),
    SIGNATURE_REPLAYED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "This very signature was already accepted within the tolerance.",
            "Sign each delivery anew."),
    SIGNATURE_KEY_REVOKED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The secret that gives this signature was called back by its id.",
            "Sign with another of the configured secrets, and take this one out of the configuration."),
    CERTIFICATE_MISSING(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The route needs a client certificate, and the connection has none.",
            "Present one in the handshake, on a listener that asks for it."),
    CERTIFICATE_NOT_ALLOWED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "No name in the client certificate matches `mtls.allow`.",
            "Compare the certificate's names with the patterns; `*` crosses no `/`, `.` or RDN."),
    CERTIFICATE_EXPIRED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The client certificate is out of date on a connection that lives on.",
            "Renew the certificate and connect again."),
    CERTIFICATE_REVOKED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The client certificate, or its issuer's, is on the listener's CRL, or its serial number was called back.",
            "Obtain a new certificate."),
    CLIENT_UNKNOWN(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "No active client of the token service has this id.",
            "Compare with `sallyport clients list`; make one with `sallyport clients create`."),
    CLIENT_PROOF_INVALID(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The client's secret, assertion or certificate does not hold, or it is not the means with which the client is registered (RFC 6749 §2.3, RFC 7523 §3, RFC 8705 §2).",
            "The log names what was wrong; an assertion needs `iss` and `sub` of the client, the issuer or the token endpoint as only `aud`, `jti`, and an `exp` within five minutes."),
    CLIENT_ASSERTION_REPLAYED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "This very assertion was already accepted.",
            "Sign an assertion for each request; its `jti` is used once."),
    REFRESH_TOKEN_UNKNOWN(AUTHENTICATE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "The refresh token was never issued to this client, has ended, or was called back.",
            "Ask for a new one with `client_credentials`."),
    REFRESH_TOKEN_REUSED(AUTHENTICATE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "A refresh token came that was replaced before: somebody has a copy, so all that came from the same grant is called back (RFC 9700 §4.14.2).",
            "Ask for a new one with `client_credentials`; use each refresh token once, and one at a time."),
    KEYS_UNAVAILABLE(AUTHENTICATE, SIDE_SERVICE, 503, Code.UNAVAILABLE, KEEP,
            "The key material is out of reach and nothing valid is in hand: the provider's JWK Set, or a current CRL.",
            "See `sallyport_jwks_refresh_total` and the log for why the refresh fails."),
    INTROSPECTION_UNAVAILABLE(AUTHENTICATE, SIDE_SERVICE, 503, Code.UNAVAILABLE, KEEP,
            "The provider could not be asked about the token: it is slow, down, answers with something else, or refuses the gateway's own client.",
            "The log says which; for a refusal compare `introspection.client` with what the provider knows."),
    SESSION_EXPIRED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, KEEP,
            "The browser's session is unknown, ended, idle for too long or too old.",
            "Open a page of the route in the browser: a navigation leads through sign-in."),
    CREDENTIAL_ENDED(AUTHENTICATE, CLIENT, 401, Code.UNAUTHORIZED, CLOSE,
            "The credential that opened a WebSocket expired or was called back while it was open; the client was told 1008, not this status.",
            "Open it anew with a fresh credential, or let the route say `streams: { endWithCredential: false }`."),
    CROSS_SITE_REQUEST(AUTHENTICATE, CLIENT, 403, Code.FORBIDDEN, KEEP,
            "A page of another site used the browser's session for a request that changes something or that upgrades.",
            "Send it from a page of the same origin; the browser then says so in `Sec-Fetch-Site` or `Origin`."),
    SIGN_IN_STATE_INVALID(AUTHENTICATE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "The answer to a sign-in belongs to no attempt that this browser has under way: altered, used, or older than ten minutes.",
            "Open the page anew. After a restart of the gateway every attempt begins again."),
    SIGN_IN_ISSUER_MISMATCH(AUTHENTICATE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "The answer to a sign-in names another issuer than the one that was asked, or none where that one names itself (RFC 9207).",
            "Open the page anew; if it stays, compare `oidc.issuer` with what the provider's discovery document says."),
    SIGN_IN_REFUSED(AUTHENTICATE, CLIENT, 403, Code.FORBIDDEN, KEEP,
            "The provider refused the sign-in, or the code that came back from it.",
            "The log has the provider's `error`; a code is good once and for a short time."),
    SIGN_IN_ANSWER_INVALID(AUTHENTICATE, SIDE_SERVICE, 502, Code.BAD_GATEWAY, KEEP,
            "The provider's ID token or user information does not hold.",
            "The log says what; compare `oidc.client.id`, `oidc.algorithms` and the clocks."),
    LOGOUT_TOKEN_INVALID(AUTHENTICATE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "A log-out token from the back channel does not hold, so it ends no session.",
            "The log says what (OpenID Connect Back-Channel Logout §2.6)."),
    PROVIDER_UNAVAILABLE(AUTHENTICATE, SIDE_SERVICE, 503, Code.UNAVAILABLE, KEEP,
            "The OpenID provider is slow, down, not the one that was configured, or refuses the gateway's own client.",
            "The log says which; for a refusal compare `oidc.client` with what the provider knows."),
    SESSION_STORE_FULL(AUTHENTICATE, GATEWAY, 503, Code.UNAVAILABLE, KEEP,
            "As many browser sessions are open as the gateway keeps.",
            "Shorten `oidc.session`, or raise its `max`."),
    STATE_UNAVAILABLE(AUTHENTICATE, SIDE_SERVICE, 503, Code.UNAVAILABLE, KEEP,
            "What must outlive a restart cannot be kept now: the disk takes nothing, or the bound on what is remembered is reached.",
            "The log says which: what is wrong with the journal's disk, or the bound that is reached."),
    OVERLOADED(AUTHENTICATE, GATEWAY, 503, Code.UNAVAILABLE, KEEP,
            "The queue of work that costs processor time is full: signatures to verify or to make, large contents to hash.",
            "Retry later; give the gateway more cores."),
    BUFFER_EXHAUSTED(AUTHENTICATE, GATEWAY, 503, Code.UNAVAILABLE, CLOSE,
            "All bodies that wait for their signature check together pass the process-wide bound.",
            "Retry later; lower `hmac.maxBody`."),
    REPLAY_STORE_FULL(AUTHENTICATE, GATEWAY, 503, Code.UNAVAILABLE, KEEP,
            "The store of what may be used once is full: signatures, DPoP proofs, client assertions, answers to a sign-in, log-out tokens. It never evicts early: an evicted one could be replayed.",
            "Retry later. Signatures and proofs of requests share a store: shorten `hmac.tolerance`, or raise `sallyport.maxReplayEntries`. The others have stores of a fixed size; `sallyport_limit_reached_total` tells which is full."),

    // AUTHORIZE: may this identity do that?
    SCOPE_INSUFFICIENT(AUTHORIZE, CLIENT, 403, Code.FORBIDDEN, KEEP,
            "The identity lacks a scope of the route.",
            "Obtain a credential with all of the route's `auth.scopes`."),
    CLAIM_NOT_SATISFIED(AUTHORIZE, CLIENT, 403, Code.FORBIDDEN, KEEP,
            "A claim does not have the value that the route's `auth.claims` asks for.",
            "Compare the token's claims with the route."),
    TOKEN_EXCHANGE_REFUSED(AUTHORIZE, CLIENT, 403, Code.FORBIDDEN, KEEP,
            "The authorization server gives the gateway no token for the upstream on behalf of this caller (RFC 8693 §2.2.2).",
            "The log has its error code; compare `credentials.tokenExchange` of the upstream with what the server lets the gateway's client exchange."),
    IDENTITY_VALUE_TOO_LARGE(AUTHORIZE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "A value of the identity would make a header of more than 4 KiB.",
            "Forward fewer or shorter claims (`identity.claims`)."),

    OAUTH_REQUEST_MALFORMED(AUTHORIZE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "The request to an endpoint of the token service is no form of the kind that RFC 6749 describes: another type, a parameter missing, twice, or unreadable.",
            "Send `application/x-www-form-urlencoded` with each parameter once."),
    GRANT_TYPE_UNSUPPORTED(AUTHORIZE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "The token service knows the grant types `client_credentials` and `refresh_token` alone.",
            "Ask for one of these."),
    GRANT_NOT_ALLOWED(AUTHORIZE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "The client is not registered for this grant: it has no `audiences`, or does not set `refreshTokens`.",
            "Register it for the grant in the file of the clients."),
    GRANT_SCOPE_NOT_ALLOWED(AUTHORIZE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "The client asks for a scope that it may not have, or that the refresh token does not stand for.",
            "Ask for less, or add the scope to the client."),
    GRANT_TARGET_NOT_ALLOWED(AUTHORIZE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "The client asks for a token for an API that is not among its `audiences`, or has several and names none (RFC 8707 §2).",
            "Name one of them in `resource` or `audience`."),
    TOKEN_NOT_REVOCABLE(AUTHORIZE, CLIENT, 400, Code.BAD_REQUEST, KEEP,
            "The token is another client's, or it is an access token and no `revocation.journal` is configured that could call it back.",
            "Let the client that holds the token revoke it; configure `revocation.journal`."),

    // FORWARD: the upstream could not be asked or did not answer well (RFC 9209 names the error).
    UPSTREAM_UNAVAILABLE(FORWARD, UPSTREAM, 503, Code.UNAVAILABLE, KEEP,
            "Every connection that the upstream may have is in use.",
            "Retry later; raise `maxConnections` of the upstream."),
    UPSTREAM_CREDENTIALS_UNAVAILABLE(FORWARD, SIDE_SERVICE, 503, Code.UNAVAILABLE, KEEP,
            "The gateway has no token for the upstream, and the authorization server gives it none now.",
            "See the log for what the token endpoint says; check `credentials` of the upstream."),
    UPSTREAM_CONNECT_FAILED(FORWARD, UPSTREAM, 502, Code.BAD_GATEWAY, KEEP,
            "No target of the upstream took the connection.",
            "See whether the upstream runs and listens."),
    UPSTREAM_CONNECT_TIMEOUT(FORWARD, UPSTREAM, 504, Code.GATEWAY_TIMEOUT, KEEP,
            "The upstream did not take the connection, TLS included, within `connectTimeout`.",
            "See whether the upstream is reachable."),
    UPSTREAM_CERTIFICATE_INVALID(FORWARD, UPSTREAM, 502, Code.BAD_GATEWAY, KEEP,
            "The upstream's certificate does not prove that it is the one that is meant: another name, an unknown authority, out of date. Nothing was sent.",
            "The log says which; compare the certificate with `tls.ca` and `tls.serverName` of the upstream."),
    UPSTREAM_TLS_ALERT(FORWARD, UPSTREAM, 502, Code.BAD_GATEWAY, KEEP,
            "The upstream ended the TLS connection with an alert (RFC 8446 §6.2).",
            "The log names the alert; an upstream that asks for a certificate needs `tls.certificate` and `tls.key`, from an authority that it trusts."),
    UPSTREAM_TLS_FAILED(FORWARD, UPSTREAM, 502, Code.BAD_GATEWAY, KEEP,
            "There is no TLS with the upstream: what it sends is something else, or no version and cipher that both speak.",
            "See whether the target speaks TLS on this port, and `tls.minVersion`."),
    UPSTREAM_CLOSED(FORWARD, UPSTREAM, 502, Code.BAD_GATEWAY, KEEP,
            "The upstream closed the connection before a whole answer head.",
            "See the upstream's log."),
    UPSTREAM_MALFORMED(FORWARD, UPSTREAM, 502, Code.BAD_GATEWAY, KEEP,
            "The upstream's answer breaks the grammar or the framing rules of RFC 9112.",
            "The log names what was wrong; mend the upstream."),
    UPSTREAM_HEADERS_TOO_LARGE(FORWARD, UPSTREAM, 502, Code.BAD_GATEWAY, KEEP,
            "The head of the upstream's answer is larger than the listener's `limits.maxHeaderBytes` or `maxHeaders`.",
            "Send fewer headers from the upstream."),
    UPSTREAM_TIMEOUT(FORWARD, UPSTREAM, 504, Code.GATEWAY_TIMEOUT, KEEP,
            "The upstream took longer to the head of its answer than `responseTimeout` of the upstream, `timeout` of the route or `requestTimeout` of the listener allow.",
            "Make the upstream faster, or raise the bound that the log names."),
    INTERNAL_ERROR(FORWARD, GATEWAY, 500, Code.INTERNAL, CLOSE,
            "A defect in the gateway. Whatever stage failed, nothing is forwarded.",
            "Report it with the log's stack trace and the request id.");

    /** When in a request's life. */
    public enum Stage { RECEIVE, ROUTE, ADMIT, AUTHENTICATE, AUTHORIZE, FORWARD }

    /** Who must change something. */
    public enum Fault { CLIENT, SIDE_SERVICE, UPSTREAM, GATEWAY }

    /** What becomes of the downstream connection, once its request is known to be whole. */
    public enum Afterwards { KEEP, CLOSE }

    private final Stage stage;
    private final Fault fault;
    private final int status;
    private final Code code;
    private final Afterwards afterwards;
    private final String sentence;
    private final String remedy;
    private final String label = name().toLowerCase(Locale.ROOT);

    RejectReason(Stage stage, Fault fault, int status, Code code, Afterwards afterwards, String sentence, String remedy) {
        this.stage = stage;
        this.fault = fault;
        this.status = status;
        this.code = code;
        this.afterwards = afterwards;
        this.sentence = sentence;
        this.remedy = remedy;
    }

    public Stage stage() {
        return stage;
    }

    public Fault fault() {
        return fault;
    }

    /** The usual status; a {@link Rejection} may carry another where the catalogue of the docs says so. */
    public int status() {
        return status;
    }

    public Code code() {
        return code;
    }

    public Afterwards afterwards() {
        return afterwards;
    }

    public String sentence() {
        return sentence;
    }

    public String remedy() {
        return remedy;
    }

    /** The lower-case name. */
    public String label() {
        return label;
    }
}
