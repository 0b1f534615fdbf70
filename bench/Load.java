import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kind of request, sent as fast as answers come by wrk on the second core.
 *
 * @param headers the good credential
 */
record Load(String name, String method, String path, Map<String, String> headers, String body) {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final int CONNECTIONS = 32;

    /** How many requests were answered, all with 2xx. */
    long run(Path folder, int port, int seconds) throws IOException, InterruptedException {
        Path script = folder.resolve(name + ".lua");
        Files.writeString(script, lua());
        Process wrk = new ProcessBuilder(List.of("taskset", "-c", "1", "wrk", "-t1", "-c" + CONNECTIONS,
                        "-d" + seconds + "s", "-s", script.toString(), "http://127.0.0.1:" + port + path))
                .redirectErrorStream(true)
                .start();
        String report = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        wrk.waitFor();
        Matcher requests = REQUESTS.matcher(report);
        if (!requests.find() || report.contains("Non-2xx") || report.contains("Socket errors")) {
            throw new IOException("void run of " + name + ":\n" + report);
        }
        return Long.parseLong(requests.group(1));
    }

    private String lua() {
        StringBuilder script = new StringBuilder("wrk.method = \"" + method + "\"\n");
        headers.forEach((header, value) -> script.append("wrk.headers[\"%s\"] = \"%s\"%n".formatted(header, value)));
        if (!body.isEmpty()) {
            script.append("wrk.body = [[").append(body).append("]]\n");
        }
        return script.toString();
    }
}
