package dev.sallyport.core.gateway.compile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig;
import dev.sallyport.core.config.authenticator.IntrospectionConfig;
import dev.sallyport.core.config.authenticator.JwtConfig;
import dev.sallyport.core.config.authenticator.SenderConfig.SenderConstraint;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.jose.DpopProof;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.policy.RequireScopes;
import dev.sallyport.core.route.HostPattern;
import dev.sallyport.core.route.OwnPath;
import dev.sallyport.core.route.PathPattern;
import dev.sallyport.core.route.RouteAuth;
import dev.sallyport.core.token.FixedDocument;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a client learns which authorization servers an API trusts (RFC 9728). Several routes may be one resource; its
 * metadata then tells of all of them.
 */
final class ResourceCompiler {
    /** Put between host and path of the identifier (RFC 9728 §3.1). */
    private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

    private static final JsonFactory JSON = new JsonFactory();

    private final Draft draft;
    private final Map<URI, Resource> resources = new LinkedHashMap<>();

    private record Resource(String origin, Set<String> issuers, Set<String> scopes, List<SenderConstraint> constraints) {}

    ResourceCompiler(Draft draft) {
        this.draft = draft;
    }

    /** URL of the metadata; empty, and told, where the identifier is none. */
    Optional<String> metadataUrl(String at, URI resource) {
        // An absolute identifier of its own, never what a request's Host says (RFC 9728 §7.3).
        boolean isIdentifier = "https".equalsIgnoreCase(resource.getScheme())
                && resource.getHost() != null && resource.getRawUserInfo() == null && resource.getRawFragment() == null && resource.getRawQuery() == null
                && resource.getRawPath().indexOf('*') < 0;
        if (!isIdentifier) {
            draft.problem(at, "must be a URL such as https://api.example.com/orders, without query and fragment");
            return Optional.empty();
        }
        return Optional.of("https://" + resource.getRawAuthority() + path(resource));
    }

    private static String path(URI resource) {
        String path = resource.getRawPath();
        return path.isEmpty() || path.equals("/") ? WELL_KNOWN : WELL_KNOWN + path;
    }

    /** One route of the resource. */
    void add(String at, URI identifier, RouteAuth auth) {
        if (!(auth instanceof RouteAuth.Protected(var plan, var policies))) {
            draft.problem(at, "needs a route with `auth`: an open one asks for no token");
            return;
        }
        Resource resource = resources.computeIfAbsent(identifier, _ -> new Resource(at, new TreeSet<>(), new TreeSet<>(), new ArrayList<>()));
        for (Authenticator authenticator : plan.authenticators()) {
            AuthenticatorConfig config = draft.config().authenticators().get(authenticator.name());
            if (config instanceof JwtConfig jwt) {
                resource.issuers.add(jwt.issuer());
                resource.constraints.add(jwt.senderConstraint());
            } else if (config instanceof IntrospectionConfig introspection) {
                introspection.issuer().ifPresent(resource.issuers::add);
                resource.constraints.add(introspection.senderConstraint());
            }
        }
        if (resource.constraints.isEmpty()) {
            draft.problem(at, "no authenticator of the route takes tokens of an authorization server");
        }
        policies.forEach(policy -> {
            if (policy instanceof RequireScopes(var scopes)) {
                resource.scopes.addAll(scopes);
            }
        });
    }

    List<OwnPath> paths() {
        List<OwnPath> paths = new ArrayList<>();
        resources.values().stream().filter(resource -> resource.issuers.isEmpty()).forEach(resource -> draft.unusual(
                resource.origin, "its metadata names no authorization server, for no `introspection` of its routes has an `issuer`"));
        resources.forEach((identifier, resource) -> draft.parse(resource.origin, path(identifier), PathPattern::parse)
                .ifPresent(pattern -> paths.add(new OwnPath(
                        "resource", resource.origin, HostPattern.parse(identifier.getHost()), pattern, Set.of("GET"), new FixedDocument(json(identifier, resource))))));
        return paths;
    }

    private static String json(URI identifier, Resource resource) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("resource", identifier.toString());
            strings(json, "authorization_servers", resource.issuers);
            strings(json, "scopes_supported", resource.scopes);
            strings(json, "bearer_methods_supported", List.of("header"));
            if (resource.constraints.stream().anyMatch(each -> each == SenderConstraint.DPOP || each == SenderConstraint.ANY)) {
                strings(json, "dpop_signing_alg_values_supported", DpopProof.ALGORITHMS.stream().map(JwsAlgorithm::label).toList());
            }
            if (resource.constraints.stream().allMatch(each -> each == SenderConstraint.DPOP)) {
                json.writeBooleanField("dpop_bound_access_tokens_required", true);
            }
            if (resource.constraints.stream().anyMatch(each -> each == SenderConstraint.MTLS || each == SenderConstraint.ANY)) {
                json.writeBooleanField("tls_client_certificate_bound_access_tokens", true);
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    /** RFC 9728 §3.2: what has no value is left out. */
    private static void strings(JsonGenerator json, String name, Collection<String> values) throws IOException {
        if (values.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
