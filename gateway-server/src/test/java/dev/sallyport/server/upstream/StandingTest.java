package dev.sallyport.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.upstream.Target;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static final long NOW = 1_000;

    private final TargetState target = new TargetState(new Target("127.0.0.1", 80));

    @Test
    void targetIsEjectedAfterFailuresInARow() {
        failTimes(Standing.FAILURES_TO_EJECT - 1);
        assertThat(target.isTrusted()).isTrue();
        target.failed(NOW);
        assertThat(target.isTrusted()).isFalse();
        assertThat(target.health(NOW).ejectedFor()).contains(Standing.FIRST_EJECTION);
    }

    @Test
    void successBetweenFailuresKeepsTheTarget() {
        failTimes(Standing.FAILURES_TO_EJECT - 1);
        target.succeeded();
        failTimes(Standing.FAILURES_TO_EJECT - 1);
        assertThat(target.isTrusted()).isTrue();
    }

    @Test
    void failuresOfRequestsThatWereUnderWayDoNotLengthenTheEjection() {
        failTimes(50 * Standing.FAILURES_TO_EJECT);
        assertThat(target.health(NOW).ejectedFor()).contains(Standing.FIRST_EJECTION);
    }

    @Test
    void oneRequestAtATimeTriesAnEjectedTarget() {
        failTimes(Standing.FAILURES_TO_EJECT);
        assertThat(target.beginTrial(NOW)).isFalse();
        long later = NOW + Standing.FIRST_EJECTION.toNanos();
        assertThat(target.beginTrial(later)).isTrue();
        assertThat(target.beginTrial(later)).isFalse();
        target.succeeded();
        assertThat(target.isTrusted()).isTrue();
    }

    @Test
    void trialThatEndsWithoutAVerdictIsRepeated() {
        failTimes(Standing.FAILURES_TO_EJECT);
        long later = NOW + Standing.FIRST_EJECTION.toNanos();
        assertThat(target.beginTrial(later)).isTrue();
        assertThat(target.beginTrial(later + Standing.TRIAL.toNanos())).isTrue();
    }

    @Test
    void everyFailedTrialDoublesTheEjectionUpToItsBound() {
        failTimes(Standing.FAILURES_TO_EJECT);
        long now = NOW;
        Duration expected = Standing.FIRST_EJECTION;
        for (int trial = 0; trial < 100; trial++) {
            assertThat(target.health(now).ejectedFor()).contains(expected);
            now += expected.toNanos();
            assertThat(target.beginTrial(now)).isTrue();
            target.failed(now);
            Duration doubled = expected.multipliedBy(2);
            expected = doubled.compareTo(Standing.LONGEST_EJECTION) < 0 ? doubled : Standing.LONGEST_EJECTION;
        }
        assertThat(expected).isEqualTo(Standing.LONGEST_EJECTION);
    }

    private void failTimes(int times) {
        for (int failure = 0; failure < times; failure++) {
            target.failed(NOW);
        }
    }
}
