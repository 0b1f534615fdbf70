package dev.sallyport.server.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.server.journal.JournalText.Parsed;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A journal that a crash cut at any byte gives all records that were whole; one that was damaged otherwise gives none. */
final class JournalTextFuzzTest {
    @Property
    void everyPrefixGivesExactlyTheRecordsThatAreWholeInIt(@ForAll("records") List<String> records) {
        byte[] whole = written(records);
        List<Integer> ends = ends(records);
        assertThat(JournalText.parse(new byte[0])).isEqualTo(new Parsed.Records(List.of(), 0));
        for (int length = 1; length <= whole.length; length++) {
            int cut = length;
            if (cut < JournalText.HEAD.length()) {
                assertThat(JournalText.parse(Arrays.copyOf(whole, cut))).as("cut to " + cut).isInstanceOf(Parsed.Damaged.class);
                continue;
            }
            List<String> kept = records.subList(0, (int) ends.stream().filter(end -> end <= cut).count());
            int end = kept.isEmpty() ? JournalText.HEAD.length() : ends.get(kept.size() - 1);
            assertThat(JournalText.parse(Arrays.copyOf(whole, length))).as("cut to " + cut).isEqualTo(new Parsed.Records(kept, end));
        }
    }

    /** Whatever happens to bytes: what is read is damaged, or what was written up to some record. */
    @Property
    void editedJournalIsDamagedOrEndsEarly(@ForAll("records") List<String> records, @ForAll("seeds") long seed) {
        Random random = new Random(seed);
        byte[] edited = written(records);
        for (int edit = 0; edit <= random.nextInt(3); edit++) {
            edited[random.nextInt(edited.length)] = (byte) random.nextInt(256);
        }
        if (JournalText.parse(edited) instanceof Parsed.Records(List<String> read, long length)) {
            assertThat(read).hasSizeLessThanOrEqualTo(records.size()).isEqualTo(records.subList(0, read.size()));
            assertThat(length).isLessThanOrEqualTo(edited.length);
        }
    }

    /** Records that were written to one place twice, or to another journal, are whole; half of one before another is not. */
    @Property
    void cutRecordWithAnotherBehindItIsDamage(@ForAll("records") List<String> records, @ForAll("seeds") long seed) {
        Random random = new Random(seed);
        byte[] whole = written(records);
        int from = JournalText.HEAD.length();
        int cut = from + random.nextInt(whole.length - from + 1);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(whole, 0, cut);
        joined.writeBytes(JournalText.line("behind"));
        boolean isAtAnEnd = cut == from || ends(records).contains(cut);
        assertThat(JournalText.parse(joined.toByteArray()) instanceof Parsed.Records).isEqualTo(isAtAnEnd);
    }

    private static byte[] written(List<String> records) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(JournalText.HEAD.getBytes(StandardCharsets.US_ASCII));
        records.forEach(record -> bytes.writeBytes(JournalText.line(record)));
        return bytes.toByteArray();
    }

    /** Where each record's line ends. */
    private static List<Integer> ends(List<String> records) {
        List<Integer> ends = new ArrayList<>();
        int end = JournalText.HEAD.length();
        for (String record : records) {
            end += JournalText.line(record).length;
            ends.add(end);
        }
        return ends;
    }

    @Provide
    Arbitrary<List<String>> records() {
        Arbitrary<String> text = Arbitraries.strings().withCharRange(' ', '\u2fff').ofMaxLength(20);
        Arbitrary<String> record = Arbitraries.of("{\"kind\":\"token\",\"name\":\"8c1f\",\"at\":\"2026-12-01T12:00:00Z\"}", "", "00000000 ", "sallyport journal 1");
        return Arbitraries.oneOf(text, record).list().ofMaxSize(5);
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.randomValue(Random::nextLong);
    }
}
