package dev.sallyport.tests.harness.provider;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sallyport.tests.harness.token.JwksServer;
import dev.sallyport.tests.harness.token.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * A provider behind TLS, whatever its certificate is worth: discovery, keys, introspection, and a token endpoint for every
 * grant. It does nothing wrong by itself. Nobody signs in here: a code is the nonce of the sign-in that it stands for.
 */
public final class SecureProvider implements AutoCloseable {
    private final ECKey key = Tokens.ec("s1", Curve.P_256);
    private final List<ProviderCall> calls = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpsServer server;
    private volatile String tokenEndpoint;

    public SecureProvider(SSLContext tls) {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        tokenEndpoint = tokenUrl();
    }

    public String issuer() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    public String introspectionUrl() {
        return issuer() + "/introspect";
    }

    public String tokenUrl() {
        return issuer() + "/token";
    }

    /** Its discovery document names another's from now on. */
    public void leadTo(SecureProvider other) {
        tokenEndpoint = other.tokenUrl();
    }

    /** What reached it past the handshake. */
    public List<ProviderCall> calls() {
        return calls;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            ProviderCall call = ProviderCall.of(exchange);
            calls.add(call);
            JwksServer.send(exchange, 200, switch (call.path()) {
                case "/.well-known/openid-configuration" -> JSONObjectUtils.toJSONString(Map.of(
                        "issuer", issuer(), "jwks_uri", issuer() + "/jwks", "authorization_endpoint", issuer() + "/authorize", "token_endpoint", tokenEndpoint));
                case "/jwks" -> "{\"keys\":[" + key.toPublicJWK() + "]}";
                case "/introspect" -> "{\"active\":true,\"aud\":\"api\",\"sub\":\"bob\"}";
                default -> JSONObjectUtils.toJSONString(Map.of(
                        "access_token", "token-of-the-provider", "token_type", "Bearer", "expires_in", 300, "id_token", idToken(call.form("code")),
                        "issued_token_type", "urn:ietf:params:oauth:token-type:access_token"));
            });
        }
    }

    private String idToken(String nonce) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder().issuer(issuer()).audience(OpenIdProvider.CLIENT_ID).subject("alice").claim("nonce", nonce)
                .issueTime(Tokens.inSeconds(0)).expirationTime(Tokens.inSeconds(300)).build();
        return Tokens.sign(key, "ES256", claims);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
