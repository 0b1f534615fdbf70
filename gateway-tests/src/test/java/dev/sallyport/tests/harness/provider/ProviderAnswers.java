package dev.sallyport.tests.harness.provider;

import dev.sallyport.tests.harness.provider.Misbehaviour.Endpoint;
import dev.sallyport.tests.harness.provider.Misbehaviour.TokenAnswer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What each endpoint of a provider answers, as it should be or wrong in the one way that is told. */
final class ProviderAnswers {
    private static final String OTHER = "https://evil.example.com";
    /** More than any token has. */
    private static final int OVERSIZE = 50_000;
    private final String issuer;
    private final ProviderKeys keys;
    private final Grants grants = new Grants();
    private volatile String user = "alice";
    private volatile String tenant = "acme";
    private volatile Optional<Duration> lifetime = Optional.of(Duration.ofHours(1));
    private volatile Duration ahead = Duration.ZERO;
    private volatile String lastSid = "";
    private volatile String lastAccessToken = "";
    private volatile String lastIdToken = "";

    ProviderAnswers(String issuer, ProviderKeys keys) {
        this.issuer = issuer;
        this.keys = keys;
    }

    void user(String subject) {
        user = subject;
    }

    void tenant(String name) {
        tenant = name;
    }

    void accessTokensLast(Duration duration) {
        lifetime = Optional.of(duration);
    }

    void accessTokensNameNoEnd() {
        lifetime = Optional.empty();
    }

    void clockAhead(Duration skew) {
        ahead = skew;
    }

    int refreshTokensReused() {
        return grants.reuses();
    }

    String lastSid() {
        return lastSid;
    }

    String lastAccessToken() {
        return lastAccessToken;
    }

    String lastIdToken() {
        return lastIdToken;
    }

    ProviderAnswer to(ProviderCall call, Misbehaviour behaviour) {
        for (Endpoint endpoint : Endpoint.values()) {
            if (endpoint.path.equals(call.path())) {
                return to(endpoint, call, behaviour);
            }
        }
        return ProviderAnswer.error(404, "not_found");
    }

    private ProviderAnswer to(Endpoint endpoint, ProviderCall call, Misbehaviour behaviour) {
        return switch (endpoint) {
            case DISCOVERY -> discovery(behaviour);
            case KEYS -> new ProviderAnswer(200, Optional.empty(), keys.published());
            case AUTHORIZATION -> authorization(call, behaviour);
            case TOKEN -> token(call, behaviour);
            case USERINFO -> userinfo(call, behaviour);
            case END_SESSION -> call.query().containsKey("post_logout_redirect_uri")
                    ? ProviderAnswer.redirect(call.query("post_logout_redirect_uri")) : ProviderAnswer.json(Map.of());
        };
    }

    private ProviderAnswer discovery(Misbehaviour behaviour) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("issuer", issuer);
        document.put("jwks_uri", issuer + Endpoint.KEYS.path);
        document.put("authorization_endpoint", issuer + Endpoint.AUTHORIZATION.path);
        document.put("token_endpoint", issuer + Endpoint.TOKEN.path);
        document.put("userinfo_endpoint", issuer + Endpoint.USERINFO.path);
        document.put("end_session_endpoint", issuer + Endpoint.END_SESSION.path);
        document.put("response_types_supported", List.of("code"));
        document.put("subject_types_supported", List.of("public"));
        document.put("id_token_signing_alg_values_supported", List.of("RS256", "ES256"));
        document.put("code_challenge_methods_supported", List.of("S256"));
        document.put("authorization_response_iss_parameter_supported", true);
        document.put("backchannel_logout_supported", true);
        document.put("backchannel_logout_session_supported", true);
        if (behaviour instanceof Misbehaviour.Discovery wrong) {
            spoil(document, wrong);
        }
        return ProviderAnswer.json(document);
    }

    private void spoil(Map<String, Object> document, Misbehaviour.Discovery how) {
        switch (how) {
            case ISSUER_OF_ANOTHER -> document.put("issuer", OTHER);
            case ISSUER_MISSING -> document.remove("issuer");
            case ISSUER_WITH_A_SLASH -> document.put("issuer", issuer + "/");
            case AUTHORIZATION_ENDPOINT_IN_SCRIPT -> document.put("authorization_endpoint", "javascript:alert(1)");
            case TOKEN_ENDPOINT_MISSING -> document.remove("token_endpoint");
            case END_SESSION_ENDPOINT_MISSING -> document.remove("end_session_endpoint");
            case ISSUER_IN_ANSWER_NOT_PROMISED -> document.remove("authorization_response_iss_parameter_supported");
            case CHALLENGES_NOT_NAMED -> document.remove("code_challenge_methods_supported");
            case PLAIN_CHALLENGES_ALONE -> document.put("code_challenge_methods_supported", List.of("plain"));
        }
    }

    /** Whoever asks is signed in as the user and sent back at once. */
    private ProviderAnswer authorization(ProviderCall call, Misbehaviour behaviour) {
        if (!call.query("code_challenge_method").equals("S256") || !call.query("response_type").equals("code") || !call.query("client_id").equals(OpenIdProvider.CLIENT_ID)) {
            return ProviderAnswer.error(400, "invalid_request");
        }
        lastSid = UUID.randomUUID().toString();
        String redirectUri = call.query("redirect_uri");
        Grant grant = new Grant(user, lastSid, call.query("nonce"), call.query("code_challenge"), redirectUri, call.query("scope"));
        String code = "code=" + grants.code(grant);
        String state = "state=" + encoded(call.query("state"));
        String iss = "iss=" + encoded(issuer);
        String query = behaviour instanceof Misbehaviour.Callback wrong ? spoilt(wrong, code, state, iss) : String.join("&", code, state, iss);
        return ProviderAnswer.redirect(redirectUri + (redirectUri.contains("?") ? "&" : "?") + query);
    }

    private static String spoilt(Misbehaviour.Callback how, String code, String state, String iss) {
        List<String> pairs = switch (how) {
            case ISSUER_OF_ANOTHER -> List.of(code, state, "iss=" + encoded(OTHER));
            case ISSUER_MISSING -> List.of(code, state);
            case ISSUER_TWICE -> List.of(code, state, iss, "iss=" + encoded(OTHER));
            case STATE_OF_ANOTHER -> List.of(code, "state=c3RhdGUgb2YgYW5vdGhlciBhdHRlbXB0", iss);
            case STATE_MISSING -> List.of(code, iss);
            case STATE_TWICE -> List.of(code, state, state, iss);
            case CODE_MISSING -> List.of(state, iss);
            case CODE_TWICE -> List.of(code, "code=another", state, iss);
            case CODE_AND_ERROR -> List.of(code, "error=access_denied", state, iss);
            case CONSENT_DENIED -> List.of("error=access_denied", "error_description=" + encoded("<script>alert(1)</script>"), state, iss);
            case FAILS -> List.of("error=server_error", state, iss);
        };
        return String.join("&", pairs);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private ProviderAnswer token(ProviderCall call, Misbehaviour behaviour) {
        if (behaviour == TokenAnswer.CLIENT_REFUSED || !call.client().equals(Optional.of(OpenIdProvider.CLIENT_ID + ":" + OpenIdProvider.CLIENT_SECRET))) {
            return ProviderAnswer.error(401, "invalid_client");
        }
        return switch (call.form("grant_type")) {
            case "authorization_code" -> (behaviour == TokenAnswer.CODE_REFUSED ? Optional.<Grant>empty() : grants.redeem(call, behaviour))
                    .map(grant -> signedIn(grant, behaviour)).orElse(ProviderAnswer.error(400, "invalid_grant"));
            case "refresh_token" -> (behaviour == Misbehaviour.Refresh.REFUSED ? Optional.<Grant>empty() : grants.refresh(call.form("refresh_token"), behaviour))
                    .map(grant -> refreshed(grant, call.form("refresh_token"), behaviour)).orElse(ProviderAnswer.error(400, "invalid_grant"));
            default -> ProviderAnswer.error(400, "unsupported_grant_type");
        };
    }

    private Map<String, Object> tokens(Grant grant) {
        lastAccessToken = grants.accessToken(grant);
        Map<String, Object> tokens = new LinkedHashMap<>();
        tokens.put("access_token", lastAccessToken);
        tokens.put("token_type", "Bearer");
        lifetime.ifPresent(told -> tokens.put("expires_in", told.toSeconds()));
        tokens.put("scope", grant.scope());
        return tokens;
    }

    private IdTokens idTokens() {
        return new IdTokens(issuer, OpenIdProvider.CLIENT_ID, OpenIdProvider.CLIENT_SECRET, keys, tenant, ahead.toSeconds());
    }

    private ProviderAnswer signedIn(Grant grant, Misbehaviour behaviour) {
        Map<String, Object> tokens = tokens(grant);
        IdTokens idTokens = idTokens();
        tokens.put("refresh_token", grants.refreshToken(grant.refreshed()));
        lastIdToken = behaviour instanceof Misbehaviour.IdToken wrong
                ? idTokens.wrong(wrong, grant, lastAccessToken) : idTokens.signed(idTokens.claims(grant, lastAccessToken));
        tokens.put("id_token", lastIdToken);
        if (behaviour instanceof TokenAnswer wrong) {
            spoil(tokens, wrong);
        }
        return ProviderAnswer.json(tokens);
    }

    private static void spoil(Map<String, Object> tokens, TokenAnswer how) {
        switch (how) {
            case ID_TOKEN_MISSING -> tokens.remove("id_token");
            case ID_TOKEN_EMPTY -> tokens.put("id_token", "");
            case ID_TOKEN_NO_TEXT -> tokens.put("id_token", 7);
            case ACCESS_TOKEN_MISSING -> tokens.remove("access_token");
            case ACCESS_TOKEN_BREAKS_THE_LINE -> tokens.put("access_token", "a\r\nX-Auth-Subject: admin");
            case ACCESS_TOKEN_OVERSIZE -> tokens.put("access_token", "a".repeat(OVERSIZE));
            case REFRESH_TOKEN_NO_TEXT -> tokens.put("refresh_token", List.of("r"));
            case REFRESH_TOKEN_OVERSIZE -> tokens.put("refresh_token", "r".repeat(OVERSIZE));
            case EXPIRY_NO_NUMBER -> tokens.put("expires_in", "soon");
            case EXPIRY_NEGATIVE -> tokens.put("expires_in", -1);
            case TOKEN_TYPE_MAC -> tokens.put("token_type", "mac");
            case TOKEN_TYPE_MISSING -> tokens.remove("token_type");
            case CODE_REFUSED, CLIENT_REFUSED -> throw new IllegalStateException("is refused before");
        }
    }

    private ProviderAnswer refreshed(Grant grant, String refreshToken, Misbehaviour behaviour) {
        Map<String, Object> tokens = tokens(grant);
        IdTokens idTokens = idTokens();
        tokens.put("refresh_token", behaviour == Misbehaviour.Refresh.NOT_ROTATED ? refreshToken : grants.refreshToken(grant));
        tokens.put("id_token", idTokens.signed(idTokens.claims(grant, lastAccessToken)));
        if (behaviour instanceof Misbehaviour.Refresh wrong) {
            spoil(tokens, wrong, grant);
        }
        return ProviderAnswer.json(tokens);
    }

    private void spoil(Map<String, Object> tokens, Misbehaviour.Refresh how, Grant grant) {
        IdTokens idTokens = idTokens();
        switch (how) {
            case REFUSED -> throw new IllegalStateException("is refused before");
            case NOT_ROTATED -> tokens.remove("refresh_token");
            case WITHOUT_ID_TOKEN -> tokens.remove("id_token");
            case WITH_ANOTHER_NONCE -> tokens.put("id_token", idTokens.signed(idTokens.claims(grant, lastAccessToken).claim("nonce", "bm9uY2Ugb2YgYW5vdGhlciBhdHRlbXB0")));
            case FOR_ANOTHER_SUBJECT -> tokens.put("id_token", idTokens.signed(idTokens.claims(grant, lastAccessToken).subject("mallory")));
            case OF_ANOTHER_ISSUER -> tokens.put("id_token", idTokens.signed(idTokens.claims(grant, lastAccessToken).issuer(OTHER)));
            case FOR_ANOTHER_AUDIENCE -> tokens.put("id_token", idTokens.signed(idTokens.claims(grant, lastAccessToken).audience("another-client")));
            case SIGNED_BY_ANOTHER -> tokens.put("id_token", idTokens.signedByAnother(idTokens.claims(grant, lastAccessToken)));
            case WITHOUT_ACCESS_TOKEN -> tokens.remove("access_token");
        }
    }

    private ProviderAnswer userinfo(ProviderCall call, Misbehaviour behaviour) {
        Optional<Grant> holder = call.authorization().filter(value -> value.startsWith("Bearer ")).flatMap(value -> grants.holder(value.substring(7)));
        if (holder.isEmpty()) {
            return ProviderAnswer.error(401, "invalid_token");
        }
        String subject = "\"sub\":\"" + holder.orElseThrow().subject() + "\"";
        String other = "\"sub\":\"mallory\"";
        String members = behaviour instanceof Misbehaviour.UserInfo wrong
                ? switch (wrong) {
                    case SUBJECT_OF_ANOTHER -> other;
                    case SUBJECT_MISSING -> "\"name\":\"Alice\"";
                    case SUBJECT_TWICE -> other + "," + subject;
                    case LONG -> subject + ",\"groups\":\"" + "g".repeat(OVERSIZE) + "\"";
                }
                : subject;
        return new ProviderAnswer(200, Optional.empty(), "{" + members + ",\"email\":\"alice@example.com\"}");
    }
}
