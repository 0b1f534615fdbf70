package dev.sallyport.tests.harness.idp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.tests.harness.pki.TestPki;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A real browser without a window. Elements are named by CSS selectors; one that is not there yet is waited for. */
public final class Chromium implements AutoCloseable {
    /** How the protocol names a reference to an element (WebDriver §12). */
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> QUIET = List.of(
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync");
    private final ChromeDriver driver;
    private final String session;

    /**
     * What a browser takes for real.
     *
     * @param hosts that are names of the loopback address
     * @param servers whose keys are trusted, whoever signed for them
     */
    public record World(List<String> hosts, List<TestPki.Leaf> servers) {

        String capabilities() {
            ObjectNode capabilities = JsonNodeFactory.instance.objectNode();
            ObjectNode always = capabilities.putObject("capabilities").putObject("alwaysMatch");
            always.putObject("timeouts").put("implicit", PATIENCE.toMillis()).put("script", PATIENCE.toMillis());
            ArrayNode arguments = always.putObject("goog:chromeOptions").putArray("args");
            QUIET.forEach(arguments::add);
            arguments.add("--host-resolver-rules=" + hosts.stream().map(host -> "MAP " + host + " 127.0.0.1").collect(Collectors.joining(",")));
            arguments.add("--ignore-certificate-errors-spki-list=" + servers.stream().map(leaf -> pin(leaf.certificate())).collect(Collectors.joining(",")));
            return capabilities.toString();
        }

        private static String pin(X509Certificate certificate) {
            try {
                return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded()));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    Chromium(ChromeDriver driver, String session) {
        this.driver = driver;
        this.session = "/session/" + session;
    }

    private JsonNode post(String command, String name, String value) {
        return driver.call("POST", session + command, JsonNodeFactory.instance.objectNode().put(name, value).toString());
    }

    /** Goes to this address, as if it were typed in, and waits until the page is there, wherever that led. */
    public void open(String url) {
        post("/url", "url", url);
    }

    public String url() {
        return driver.call("GET", session + "/url", "").asText();
    }

    public void awaitUrl(Predicate<String> wanted) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(this::url, wanted);
    }

    /** What the page shows. */
    public String text() {
        return script("return document.body.innerText").asText();
    }

    public String source() {
        return driver.call("GET", session + "/source", "").asText();
    }

    public void fill(String selector, String text) {
        post(element(selector) + "/value", "text", text);
    }

    public void click(String selector) {
        driver.call("POST", session + element(selector) + "/click", "{}");
    }

    private String element(String selector) {
        ObjectNode by = JsonNodeFactory.instance.objectNode().put("using", "css selector").put("value", selector);
        return "/element/" + driver.call("POST", session + "/element", by.toString()).path(ELEMENT).asText();
    }

    /** Runs a function's body in the page; a promise is waited for. */
    public JsonNode script(String body, String... arguments) {
        ObjectNode call = JsonNodeFactory.instance.objectNode().put("script", body);
        ArrayNode list = call.putArray("args");
        List.of(arguments).forEach(list::add);
        return driver.call("POST", session + "/execute/sync", call.toString());
    }

    /** Opens an empty tab and goes there; its name. */
    public String newTab() {
        String tab = post("/window/new", "type", "tab").path("handle").asText();
        goTo(tab);
        return tab;
    }

    public void goTo(String tab) {
        post("/window", "handle", tab);
    }

    /** Addresses in the tab's history, the page's own last unless somebody went back. */
    public List<String> history() {
        return driver.call("POST", session + "/goog/cdp/execute", "{\"cmd\":\"Page.getNavigationHistory\",\"params\":{}}")
                .path("entries").valueStream().map(entry -> entry.path("url").asText()).toList();
    }

    /** Those that the page's address would be sent, {@code HttpOnly} ones too: name, value and attributes. */
    public List<JsonNode> cookies() {
        return driver.call("GET", session + "/cookie", "").valueStream().toList();
    }

    public JsonNode cookie(String name) {
        return driver.call("GET", session + "/cookie/" + name, "");
    }

    /** Forgets those of {@link #cookies}. */
    public void forgetCookies() {
        driver.call("DELETE", session + "/cookie", "");
    }

    @Override
    public void close() {
        driver.call("DELETE", session, "");
    }
}
