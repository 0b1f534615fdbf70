package dev.sallyport.server.cli.keys;

import dev.sallyport.core.config.bind.DurationText;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A point in time as people write it: {@code 2027-01-31T12:00:00Z}, {@code 2027-01-31} (midnight UTC), or {@code 90d} from now. */
final class MomentText implements ITypeConverter<Instant> {
    private static final Pattern FROM_NOW = Pattern.compile("[0-9]+[a-z]+");
    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final InstantSource clock;

    MomentText() {
        this(InstantSource.system());
    }

    MomentText(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Instant convert(String text) {
        Instant moment = parse(text);
        if (moment.isAfter(LATEST)) {
            throw new TypeConversionException("'" + text + "' lies after the year 9999");
        }
        return moment;
    }

    private Instant parse(String text) {
        try {
            if (FROM_NOW.matcher(text).matches()) {
                return KeyDates.toSecond(clock.instant().plus(DurationText.parse(text)));
            }
            return DAY.matcher(text).matches()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : KeyDates.toSecond(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException | IllegalArgumentException _) {
            throw new TypeConversionException(
                    "'" + text + "' is no time such as 2027-01-31T12:00:00Z or 2027-01-31, and no duration from now such as 90d");
        }
    }
}
