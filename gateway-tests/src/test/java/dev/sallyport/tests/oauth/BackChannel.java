package dev.sallyport.tests.oauth;

import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;

/** What a provider sends to the gateway itself, past every browser (OpenID Connect Back-Channel Logout 1.0 §2.5). */
final class BackChannel {
    static final String FORM = "Content-Type: application/x-www-form-urlencoded";

    private BackChannel() {}

    static Reply post(OidcGateway gateway, String path, String token) {
        return send(gateway, Requests.post(path, "logout_token=" + token, FORM));
    }

    static Reply send(OidcGateway gateway, String request) {
        try (RawClient client = gateway.fixture().tls()) {
            return client.exchange(request);
        }
    }
}
