package dev.sallyport.tests.harness.idp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.tests.harness.Json;
import dev.sallyport.tests.harness.Reply;
import java.util.List;
import java.util.function.Consumer;

/** What an operator of Keycloak does: through its admin REST interface, as its administrator. */
public final class KeycloakAdmin {
    static final String NAME = "admin";
    static final String PASSWORD = "password-of-admin";
    private static final String REALM = "/admin/realms/sallyport";
    private final KeycloakServer server;

    KeycloakAdmin(KeycloakServer server) {
        this.server = server;
    }

    /** Changes a client's representation. */
    public void change(String clientId, Consumer<ObjectNode> change) {
        ObjectNode client = (ObjectNode) read("/clients?clientId=" + clientId).get(0);
        change.accept(client);
        call("PUT", "/clients/" + client.path("id").asText(), client.toString());
    }

    /** Ends every session of a user, and tells the clients that have a part in one. */
    public void logOut(String user) {
        call("POST", "/users/" + idOf(user) + "/logout", "");
    }

    /** Such a user gets nothing more, not by a refresh token either. */
    public void disable(String user) {
        call("PUT", "/users/" + idOf(user), "{\"enabled\":false}");
    }

    public void enable(String user) {
        call("PUT", "/users/" + idOf(user), "{\"enabled\":true}");
    }

    public String idOf(String user) {
        return read("/users?exact=true&username=" + user).get(0).path("id").asText();
    }

    /** How many of a user's sessions are alive. */
    public int sessions(String user) {
        return read("/users/" + idOf(user) + "/sessions").size();
    }

    /** Adds a key that signs from now on; its id. */
    public String addSigningKey(String algorithm) {
        String name = "signing-" + System.nanoTime();
        call("POST", "/components", """
                {"name":"%s","providerId":"rsa-generated","providerType":"org.keycloak.keys.KeyProvider",
                 "config":{"priority":["500"],"enabled":["true"],"active":["true"],"algorithm":["%s"],"keySize":["2048"]}}""".formatted(name, algorithm));
        return read("/components?type=org.keycloak.keys.KeyProvider&name=" + name).get(0).path("id").asText();
    }

    public void removeKey(String id) {
        call("DELETE", "/components/" + id, "");
    }

    /** Events of this type that this client caused since {@link #forgetEvents}. */
    public List<JsonNode> events(String type, String clientId) {
        return List.copyOf(read("/events?max=1000&type=" + type + "&client=" + clientId).valueStream().toList());
    }

    public void forgetEvents() {
        call("DELETE", "/events", "");
    }

    private JsonNode read(String path) {
        return Json.parse(call("GET", path, "").text());
    }

    private Reply call(String method, String path, String json) {
        Reply reply = server.send(server.pki().trusting(), method, REALM + path, json, "Content-Type: application/json", "Authorization: Bearer " + token());
        if (reply.status() >= 300) {
            throw new AssertionError(method + " " + path + ": " + reply);
        }
        return reply;
    }

    private String token() {
        String form = KeycloakServer.form("grant_type", "password", "client_id", "admin-cli", "username", NAME, "password", PASSWORD);
        Reply reply = server.send(server.pki().trusting(), "POST", "/realms/master/protocol/openid-connect/token", form, KeycloakServer.FORM);
        return KeycloakServer.granted(reply).path("access_token").asText();
    }
}
