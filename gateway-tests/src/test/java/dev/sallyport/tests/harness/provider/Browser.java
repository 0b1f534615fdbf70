package dev.sallyport.tests.harness.provider;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * A user agent with cookies: over TLS with the gateway, over plain HTTP with a provider. It follows a redirect only when it
 * is told to, so that a test sees, keeps, changes or repeats each step.
 */
public final class Browser {
    /** Where the gateway is, as the browser sees it. */
    public static final String ORIGIN = "https://" + Requests.HOST;
    private static final String[] NAVIGATION = {"Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Accept: text/html,application/xhtml+xml"};
    private final Fixture fixture;
    private final SSLContext tls;
    private final Map<String, Cookie> cookies = new LinkedHashMap<>();

    public Browser(Fixture fixture) {
        this.fixture = fixture;
        this.tls = fixture.pki().trusting();
    }

    /** As another browser that somebody gave all of this one's cookies. */
    public Browser copy() {
        Browser copy = new Browser(fixture);
        copy.cookies.putAll(cookies);
        return copy;
    }

    /** A page of the gateway, its address typed in. */
    public Reply open(String target) {
        return navigate(ORIGIN + target, "none");
    }

    /** As {@link #open}, with any text for a target: no browser would, but links are written by anybody. */
    public Reply openRaw(String target) {
        List<String> lines = new ArrayList<>(List.of("GET " + target + " HTTP/1.1", "Host: " + Requests.HOST, "Connection: close", "Sec-Fetch-Site: cross-site"));
        lines.addAll(List.of(NAVIGATION));
        return exchange(lines);
    }

    /** Where a redirect leads, from whichever site it came. */
    public Reply follow(Reply redirect) {
        return navigate(redirect.field("Location").orElseThrow(() -> new AssertionError("no redirect: " + redirect)), "cross-site");
    }

    /** A link on a page of this kind of site: {@code none}, {@code same-origin}, {@code same-site} or {@code cross-site}. */
    public Reply navigate(String url, String site) {
        String[] fields = new String[NAVIGATION.length + 1];
        System.arraycopy(NAVIGATION, 0, fields, 0, NAVIGATION.length);
        fields[NAVIGATION.length] = "Sec-Fetch-Site: " + site;
        return send("GET", url, fields);
    }

    /** Signs in, from the page that needs it to the redirect back to it, which is returned and not followed. */
    public Reply signIn(String target) {
        return follow(follow(open(target)));
    }

    /** As a script of the gateway's own pages calls. */
    public Reply call(String target, String... fields) {
        return callBy("GET", target, fields);
    }

    public Reply callBy(String method, String target, String... fields) {
        List<String> all = new ArrayList<>(List.of(fields));
        all.addAll(List.of("Sec-Fetch-Mode: cors", "Sec-Fetch-Site: same-origin", "Accept: application/json"));
        return send(method, ORIGIN + target, all.toArray(String[]::new));
    }

    /** With the cookies that this URL gets and these further field lines alone. */
    public Reply send(String method, String url, String... fields) {
        URI uri = URI.create(url);
        boolean gateway = url.startsWith(ORIGIN);
        List<String> lines = new ArrayList<>(List.of(method + " " + target(uri) + " HTTP/1.1", "Host: " + uri.getRawAuthority(), "Connection: close"));
        lines.addAll(List.of(fields));
        if (gateway) {
            cookieLine(uri.getPath()).ifPresent(lines::add);
            return exchange(lines);
        }
        try (RawClient client = RawClient.plain(uri.getPort())) {
            return client.exchange(Requests.lines(lines.toArray(String[]::new)));
        }
    }

    private Reply exchange(List<String> lines) {
        try (RawClient client = RawClient.tls(fixture.gateway().port("https"), tls, Requests.HOST)) {
            Reply reply = client.exchange(Requests.lines(lines.toArray(String[]::new)));
            take(reply);
            return reply;
        }
    }

    private static String target(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private void take(Reply reply) {
        for (String line : reply.values("Set-Cookie")) {
            Cookie cookie = Cookie.parse(line);
            if (!cookie.mayBeTaken()) {
                throw new AssertionError("no browser would take " + line);
            }
            if (cookie.deletes()) {
                cookies.remove(cookie.name());
            } else {
                cookies.put(cookie.name(), cookie);
            }
        }
    }

    /** The field line with the cookies for this path of the gateway; empty where there are none. */
    public Optional<String> cookieLine(String path) {
        String all = cookies.values().stream().filter(cookie -> cookie.goesTo(path)).map(cookie -> cookie.name() + "=" + cookie.value()).collect(Collectors.joining("; "));
        return all.isEmpty() ? Optional.empty() : Optional.of("Cookie: " + all);
    }

    /** The gateway's cookies by name. */
    public Map<String, Cookie> cookies() {
        return Map.copyOf(cookies);
    }

    /** The one cookie of the gateway's that it has. */
    public Cookie onlyCookie() {
        if (cookies.size() != 1) {
            throw new AssertionError("not one cookie but " + cookies.keySet());
        }
        return cookies.values().iterator().next();
    }

    /** As an attacker, or another application of the host, plants one. */
    public void plant(String name, String value) {
        cookies.put(name, new Cookie(name, value, List.of("path=/", "secure")));
    }

    public void drop(String name) {
        cookies.remove(name);
    }
}
