package dev.sallyport.tests.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One scrape in Prometheus' text format. */
public record MetricsScrape(List<Sample> samples, String text) {
    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    /** One line. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    static MetricsScrape of(int adminPort) {
        try (RawClient client = RawClient.plain(adminPort)) {
            Reply reply = client.exchange(Requests.lines("GET /metrics HTTP/1.1", "Host: localhost", "Connection: close"));
            if (reply.status() != 200) {
                throw new AssertionError("metrics: " + reply);
            }
            return parse(reply.text());
        }
    }

    static MetricsScrape parse(String text) {
        List<Sample> samples = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                samples.add(parseLine(line));
            }
        }
        return new MetricsScrape(List.copyOf(samples), text);
    }

    private static Sample parseLine(String line) {
        Matcher sample = LINE.matcher(line);
        if (!sample.matches()) {
            throw new AssertionError("no sample: " + line);
        }
        Map<String, String> labels = new TreeMap<>();
        String written = sample.group(2) == null ? "" : sample.group(2);
        for (Matcher label = LABEL.matcher(written); label.find(); ) {
            labels.put(label.group(1), label.group(2));
        }
        String value = sample.group(3).replace("+Inf", "Infinity");
        return new Sample(sample.group(1), labels, Double.parseDouble(value));
    }

    /** The sum of the samples of this name that have these labels, given as {@code name=value}. */
    public double sum(String name, String... labels) {
        return samples.stream().filter(sample -> sample.name.equals(name)).filter(sample -> has(sample, labels)).mapToDouble(Sample::value).sum();
    }

    private static boolean has(Sample sample, String... labels) {
        for (String label : labels) {
            int equals = label.indexOf('=');
            if (!label.substring(equals + 1).equals(sample.labels.get(label.substring(0, equals)))) {
                return false;
            }
        }
        return true;
    }
}
