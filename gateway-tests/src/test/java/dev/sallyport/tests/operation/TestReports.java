package dev.sallyport.tests.operation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** What this build's tests reported, of all modules: by simple class name, then by method. */
record TestReports(Map<String, Map<String, Tally>> classes) {
    /** @param cases run, each row of a table one; what was skipped showed nothing and does not count */
    record Tally(int cases, int failures) {
        static final Tally NONE = new Tally(0, 0);

        Tally plus(Tally other) {
            return new Tally(cases + other.cases, failures + other.failures);
        }

        static Tally of(Element one) {
            int failures = one.getElementsByTagName("failure").getLength() + one.getElementsByTagName("error").getLength();
            return new Tally(one.getElementsByTagName("skipped").getLength() == 0 ? 1 : 0, failures);
        }
    }

    static TestReports under(Path root) throws IOException {
        Map<String, Map<String, Tally>> classes = new TreeMap<>();
        for (Path report : reports(root)) {
            NodeList cases = parse(report).getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element one = (Element) cases.item(i);
                String name = one.getAttribute("classname").replaceFirst(".*\\.", "");
                String method = one.getAttribute("name").replaceFirst("[({\\[: ].*", "");
                classes.computeIfAbsent(name, _ -> new TreeMap<>()).merge(method, Tally.of(one), Tally::plus);
            }
        }
        return new TestReports(classes);
    }

    Tally of(String name) {
        return classes.getOrDefault(name, Map.of()).values().stream().reduce(Tally.NONE, Tally::plus);
    }

    Tally of(String name, String method) {
        return classes.getOrDefault(name, Map.of()).getOrDefault(method, Tally.NONE);
    }

    private static List<Path> reports(Path root) throws IOException {
        try (Stream<Path> files = Files.find(root, 4, (path, _) -> path.toString().matches(".*/surefire-reports/TEST-.*\\.xml"))) {
            return files.toList();
        }
    }

    private static Document parse(Path report) throws IOException {
        try {
            return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(report.toFile());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(report.toString(), e);
        }
    }
}
