package dev.sallyport.core.auth.oidc;

import dev.sallyport.core.auth.Invitation;
import dev.sallyport.core.http.GatewayCookies;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.Origin;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.http.uri.RequestTarget;
import dev.sallyport.core.oauth.call.Renewed;
import dev.sallyport.core.oauth.provider.OpenIdProvider;
import dev.sallyport.core.oauth.provider.ProviderMetadata;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Sends a browser to the provider (OpenID Connect Core §3.1.2.1), and knows its attempt again when it comes back. */
public final class SignIn {
    /** Under way at once in one browser. More of their cookies would not fit into a header. */
    static final int MAX_ATTEMPTS = 5;

    /** A longer one is not come back to: it must fit into a cookie. */
    static final int MAX_RETURN = 1500;

    private final OidcRules rules;
    private final OpenIdProvider provider;
    private final AttemptSeal seal = new AttemptSeal();

    public SignIn(OidcRules rules, OpenIdProvider provider) {
        this.rules = rules;
        this.provider = provider;
    }

    CompletionStage<Invitation> begin(RequestView request) {
        return provider.metadata(request.receivedAt()).thenApply(found -> switch (found) {
            case Renewed.Outcome.Known<ProviderMetadata>(ProviderMetadata metadata) -> send(request, metadata);
            case Renewed.Outcome.Unavailable<ProviderMetadata>(String why) -> new Invitation.Impossible(
                    Rejection.of(RejectReason.PROVIDER_UNAVAILABLE, why).withRetryAfter(Renewed.PAUSE));
        });
    }

    private Invitation send(RequestView request, ProviderMetadata metadata) {
        if (request.isReadableByOthers()) {
            return new Invitation.Impossible(Rejection.of(RejectReason.HTTPS_REQUIRED, "a session would be readable over plain HTTP"));
        }
        String redirectUri = Origin.of(request) + rules.paths().callback();
        SignInAttempt attempt = SignInAttempt.begin(redirectUri, returnTo(request), request.receivedAt());
        String name = rules.attemptCookies() + attempt.tag();
        List<ResponseField> fields = new ArrayList<>();
        forgetOldest(request, fields);
        fields.add(GatewayCookies.set(name, seal.seal(attempt.write(), name), SignInAttempt.LIFETIME.toSeconds()));
        return new Invitation.Elsewhere(LocalResponse.redirect(302, address(metadata.authorization(), attempt), fields));
    }

    /** So that attempts that were given up do not pile up until no request fits any more. */
    private void forgetOldest(RequestView request, List<ResponseField> fields) {
        List<String> under = GatewayCookies.names(request.fields(), rules.attemptCookies());
        under.stream().limit(Math.max(0, under.size() - MAX_ATTEMPTS + 1)).forEach(old -> fields.add(GatewayCookies.clear(old)));
    }

    private String address(URI authorization, SignInAttempt attempt) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", rules.clientId());
        query.put("redirect_uri", attempt.redirectUri());
        query.put("scope", String.join(" ", rules.scopes()));
        query.put("state", attempt.state());
        query.put("nonce", attempt.nonce());
        query.put("code_challenge", attempt.challenge());
        query.put("code_challenge_method", "S256");
        return withQuery(authorization, query);
    }

    /** An address may have a query of its own (RFC 6749 §3.1). */
    public static String withQuery(URI address, Map<String, String> query) {
        String added = query.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return address + (address.getRawQuery() == null ? "?" : "&") + added;
    }

    /**
     * The page as it was matched, never as it was written: {@code //evil.example} is another host to a browser, and so is
     * {@code /\evil.example} (CVE-2021-29651).
     */
    static String returnTo(RequestView request) {
        RequestTarget target = request.head().target();
        String page = target.path() + target.query().map(query -> "?" + query).orElse("");
        return page.length() <= MAX_RETURN && isLocal(page) ? page : "/";
    }

    private static boolean isLocal(String page) {
        boolean isPath = page.startsWith("/") && !page.startsWith("//") && page.indexOf('\\') < 0;
        return isPath && page.chars().allMatch(each -> each > 0x20 && each < 0x7F);
    }

    /** The attempt of this browser that an answer with this state belongs to. */
    public Optional<SignInAttempt> find(RequestView request, String state) {
        Instant now = request.receivedAt();
        String name = cookie(state);
        return GatewayCookies.values(request.fields(), name).stream()
                .flatMap(sealed -> seal.open(sealed, name).stream())
                .flatMap(written -> SignInAttempt.read(written).stream())
                .filter(attempt -> attempt.isAnsweredBy(state, now))
                .findFirst();
    }

    /** The cookie of the attempt with this state. */
    public String cookie(String state) {
        return rules.attemptCookies() + SignInAttempt.tag(state);
    }
}
