import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * CPU per proxied request, here and in HAProxy where it is installed. The proxy is pinned to one core, upstream and load
 * share the other; the two proxies take turns round by round, so that a noisy machine hurts both alike. Every scenario
 * is first shown to let the good credential in and to keep a bad one out.
 */
final class Bench {
    private static final int WARM_UP_SECONDS = 5;

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Path folder = Files.createTempDirectory("sallyport-bench");
        Credentials credentials = Credentials.write(folder);
        Upstream upstream = Upstream.start();
        List<Proxy> proxies = new ArrayList<>();
        try {
            proxies.add(gateway(folder, upstream));
            haproxy(folder, upstream).ifPresent(proxies::add);
            measure(folder, proxies, loads(credentials), seconds, rounds);
        } finally {
            proxies.forEach(Proxy::close);
        }
    }

    private static List<Load> loads(Credentials credentials) {
        return List.of(
                new Load("plain", "GET", "/plain", Map.of(), ""),
                new Load("key", "GET", "/key", Map.of("X-API-Key", credentials.apiKey()), ""),
                new Load("jwt", "GET", "/jwt", Map.of("Authorization", "Bearer " + credentials.token()), ""),
                new Load("hmac", "POST", "/hmac",
                        Map.of("X-Hub-Signature-256", credentials.signature()), credentials.body()));
    }

    private static Proxy gateway(Path folder, Upstream upstream) throws Exception {
        int port = Proxy.freePort();
        Path config = fill(Path.of("bench/sallyport.yaml"), folder, port, upstream);
        return Proxy.start("sallyport", port, folder.resolve("sallyport.log"),
                List.of("./sallyport", "run", config.toString()));
    }

    private static Optional<Proxy> haproxy(Path folder, Upstream upstream) throws Exception {
        if (new ProcessBuilder("sh", "-c", "command -v haproxy").start().waitFor() != 0) {
            System.out.println("not run: haproxy is not installed");
            return Optional.empty();
        }
        int port = Proxy.freePort();
        Path config = fill(Path.of("bench/haproxy.cfg"), folder, port, upstream);
        System.out.println(Files.readString(config));
        return Optional.of(Proxy.start("haproxy", port, folder.resolve("haproxy.log"),
                List.of("haproxy", "-db", "-f", config.toString())));
    }

    private static Path fill(Path template, Path folder, int port, Upstream upstream) throws IOException {
        String text = Files.readString(template)
                .replace("UPSTREAM", Integer.toString(upstream.port()))
                .replace("PORT", Integer.toString(port))
                .replace("FOLDER", folder.toString())
                .replace("ISSUER", Credentials.ISSUER)
                .replace("SECRET", Credentials.secretBase64());
        return Files.writeString(folder.resolve(template.getFileName()), text);
    }

    private static void measure(Path folder, List<Proxy> proxies, List<Load> loads, int seconds, int rounds)
            throws Exception {
        System.out.println("CPU µs per request, user and system, all threads; median of " + rounds + " rounds of "
                + seconds + " s (lowest-highest)");
        System.out.printf("%-8s", "");
        proxies.forEach(proxy -> System.out.printf("%-26s", proxy.name()));
        System.out.println("ratio (median of the pairs)");
        for (Load load : loads) {
            double[][] cost = new double[proxies.size()][rounds];
            for (Proxy proxy : proxies) {
                proveCorrect(load, proxy);
                load.run(folder, proxy.port(), WARM_UP_SECONDS);
            }
            for (int round = 0; round < rounds; round++) {
                for (int index = 0; index < proxies.size(); index++) {
                    cost[index][round] = microsPerRequest(folder, proxies.get(index), load, seconds);
                }
            }
            print(load, cost);
        }
    }

    private static double microsPerRequest(Path folder, Proxy proxy, Load load, int seconds) throws Exception {
        double before = proxy.cpuSeconds();
        long requests = load.run(folder, proxy.port(), seconds);
        return (proxy.cpuSeconds() - before) * 1e6 / requests;
    }

    private static void print(Load load, double[][] cost) {
        System.out.printf("%-8s", load.name());
        for (double[] rounds : cost) {
            double[] sorted = rounds.clone();
            Arrays.sort(sorted);
            System.out.printf("%-26s", "%.1f (%.1f-%.1f)".formatted(median(rounds), sorted[0], sorted[sorted.length - 1]));
        }
        if (cost.length == 2) {
            double[] ratios = new double[cost[0].length];
            Arrays.setAll(ratios, round -> cost[0][round] / cost[1][round]);
            System.out.printf("%.2f", median(ratios));
        }
        System.out.println();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** A figure for a proxy that lets everybody in, or nobody, would be worthless. */
    private static void proveCorrect(Load load, Proxy proxy) throws Exception {
        expect(load, proxy, load.headers(), 200);
        if (!load.headers().isEmpty()) {
            expect(load, proxy, Map.of(), 401);
            String header = load.headers().keySet().iterator().next();
            expect(load, proxy, Map.of(header, spoilt(load.headers().get(header))), 401);
        }
    }

    private static String spoilt(String credential) {
        int middle = credential.length() - 8;
        char other = credential.charAt(middle) == '0' ? '1' : '0';
        return credential.substring(0, middle) + other + credential.substring(middle + 1);
    }

    private static void expect(Load load, Proxy proxy, Map<String, String> headers, int status) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + proxy.port() + load.path()))
                .version(HttpClient.Version.HTTP_1_1)
                .method(load.method(), HttpRequest.BodyPublishers.ofString(load.body()));
        headers.forEach(request::header);
        try (HttpClient client = HttpClient.newHttpClient()) {
            int answered = client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
            if (answered != status) {
                throw new IOException("%s on %s answered %d, not %d".formatted(proxy.name(), load.name(), answered, status));
            }
        }
    }
}
