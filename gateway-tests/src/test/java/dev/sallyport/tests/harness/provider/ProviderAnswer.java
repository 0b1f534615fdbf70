package dev.sallyport.tests.harness.provider;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import dev.sallyport.tests.harness.provider.Misbehaviour.Broken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** What is answered to one call, and what becomes of it where an endpoint is broken. */
record ProviderAnswer(int status, Optional<String> location, String body) {
    /** More than any answer of a provider needs. */
    private static final int OVERSIZE = 4 * 1024 * 1024;

    static ProviderAnswer json(Map<String, Object> members) {
        return new ProviderAnswer(200, Optional.empty(), JSONObjectUtils.toJSONString(members));
    }

    /** RFC 6749 §5.2. */
    static ProviderAnswer error(int status, String error) {
        return new ProviderAnswer(status, Optional.empty(), "{\"error\":\"" + error + "\"}");
    }

    static ProviderAnswer redirect(String target) {
        return new ProviderAnswer(302, Optional.of(target), "");
    }

    private ProviderAnswer with(String other) {
        return new ProviderAnswer(status, location, other);
    }

    /** The object without its last brace. */
    private String open() {
        return body.substring(0, body.length() - 1);
    }

    /** Empty: nothing at all is answered. */
    Optional<ProviderAnswer> broken(Broken.How how, String elsewhere) {
        return switch (how) {
            case FAILS -> Optional.of(error(500, "server_error"));
            case FAILS_WITH_A_GOOD_BODY -> Optional.of(new ProviderAnswer(500, location, body));
            case REDIRECTS -> Optional.of(new ProviderAnswer(307, Optional.of(elsewhere), ""));
            case IS_OVERSIZE -> Optional.of(with(open() + ",\"padding\":\"" + "x".repeat(OVERSIZE) + "\"}"));
            case IS_NOT_JSON -> Optional.of(with("<html>sign in</html>"));
            case IS_CUT_SHORT -> Optional.of(with(open()));
            case IS_EMPTY -> Optional.of(with(""));
            case NAMES_A_MEMBER_TWICE -> Optional.of(with(open() + "," + body.substring(1)));
            case HANGS_UP -> Optional.empty();
        };
    }

    void send(HttpExchange exchange) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        location.ifPresent(target -> exchange.getResponseHeaders().set("Location", target));
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
