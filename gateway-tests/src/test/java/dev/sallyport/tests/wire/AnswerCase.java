package dev.sallyport.tests.wire;

import dev.sallyport.tests.harness.Requests;
import java.util.List;
import java.util.Locale;

/**
 * An answer that must not be taken, and the request that gets it.
 *
 * @param method of the request; POST has content
 */
record AnswerCase(FramingCase bad, Place place, String method, Upstream upstream) {

    /** Where it is wrong; SURPLUS is behind an answer that is whole. */
    enum Place { HEAD, CONTENT, SURPLUS }

    /** Whether the upstream's connection has served an answer before. */
    enum Upstream { FRESH, KEPT }

    static List<AnswerCase> all() {
        return FramingCase.rows("/framing/responses.tsv").map(AnswerCase::of).toList();
    }

    static List<AnswerCase> at(Place place) {
        return all().stream().filter(one -> one.place() == place).toList();
    }

    private static AnswerCase of(String[] cells) {
        List<String> where = List.of(cells[3].split(" ", -1));
        Place place = Place.valueOf(where.getFirst().toUpperCase(Locale.ROOT));
        String method = where.stream().filter(word -> word.matches("[A-Z]+")).findFirst().orElse("GET");
        return new AnswerCase(FramingCase.of(cells, cells[4], cells[5]), place, method, where.contains("kept") ? Upstream.KEPT : Upstream.FRESH);
    }

    String request(String path) {
        return method.equals("POST") ? Requests.post(path, "hello") : Requests.request(method, path, "");
    }

    /** Whether it is the end of the connection that is wrong with it. */
    boolean isCutOff() {
        return bad.reason().equals("upstream_closed");
    }

    /** Whether the second half comes once the client has its answer. */
    boolean comesLater() {
        return bad.steps().size() > 1;
    }

    @Override
    public String toString() {
        return bad.toString();
    }
}
