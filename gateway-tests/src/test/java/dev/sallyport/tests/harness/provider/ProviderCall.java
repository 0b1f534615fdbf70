package dev.sallyport.tests.harness.provider;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One request as the provider received it; a parameter that comes twice is a defect of whoever sent it. */
public record ProviderCall(String method, String path, Optional<String> authorization, Map<String, String> query, Map<String, String> form) {

    static ProviderCall of(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Optional<String> query = Optional.ofNullable(exchange.getRequestURI().getRawQuery());
        return new ProviderCall(
                exchange.getRequestMethod(), exchange.getRequestURI().getPath(), Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
                parameters(query.orElse("")), parameters(body));
    }

    /** RFC 6749 §3.1: none comes more than once. */
    public static Map<String, String> parameters(String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            if (parameters.putIfAbsent(name, equals < 0 ? "" : decoded(pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException(name + " comes twice: " + text);
            }
        }
        return parameters;
    }

    public String query(String name) {
        return query.getOrDefault(name, "");
    }

    public String form(String name) {
        return form.getOrDefault(name, "");
    }

    /** {@code id:secret} as {@code client_secret_basic} has it, decoded (RFC 6749 §2.3.1). */
    Optional<String> client() {
        return authorization.filter(value -> value.startsWith("Basic "))
                .map(value -> new String(Base64.getDecoder().decode(value.substring(6)), StandardCharsets.UTF_8))
                .map(pair -> decoded(pair.substring(0, pair.indexOf(':'))) + ":" + decoded(pair.substring(pair.indexOf(':') + 1)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
