package dev.sallyport.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream.Balance;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BalancerTest {
    private static final long NOW = 0;

    private final List<TargetState> targets = targets(3);

    @Test
    void roundRobinGivesEveryTargetTheSame() {
        Balancer balancer = new Balancer(Balance.ROUND_ROBIN, targets);
        assertThat(choices(balancer, Set.of(), 6)).containsExactly(
                targets.get(0), targets.get(1), targets.get(2), targets.get(0), targets.get(1), targets.get(2));
    }

    @Test
    void leastRequestsTakesTheIdlestTarget() {
        Balancer balancer = new Balancer(Balance.LEAST_REQUESTS, targets);
        targets.get(0).countInFlight(2);
        targets.get(2).countInFlight(1);
        assertThat(choices(balancer, Set.of(), 9)).containsOnly(targets.get(1));
    }

    @Test
    void leastRequestsTakesTurnsAmongEquals() {
        assertThat(choices(new Balancer(Balance.LEAST_REQUESTS, targets), Set.of(), 3)).containsOnlyOnceElementsOf(targets);
    }

    @Test
    void leastRequestsNeverTakesTheBusiestOfMany() {
        List<TargetState> many = targets(20);
        many.get(7).countInFlight(1);
        assertThat(choices(new Balancer(Balance.LEAST_REQUESTS, many), Set.of(), 500)).doesNotContain(many.get(7));
    }

    @Test
    void avoidedTargetsArePassedOverWhileThereIsAnother() {
        Balancer balancer = new Balancer(Balance.ROUND_ROBIN, targets);
        assertThat(choices(balancer, Set.of(targets.get(0).target(), targets.get(1).target()), 4)).containsOnly(targets.get(2));
        Set<Target> all = Set.copyOf(targets.stream().map(TargetState::target).toList());
        assertThat(choices(balancer, all, 3)).containsExactlyInAnyOrderElementsOf(targets);
    }

    @Test
    void ejectedTargetIsPassedOver() {
        eject(targets.get(1));
        assertThat(choices(new Balancer(Balance.ROUND_ROBIN, targets), Set.of(), 10))
                .containsOnly(targets.get(0), targets.get(2));
    }

    @Test
    void allTargetsServeWhenAllAreEjected() {
        targets.forEach(BalancerTest::eject);
        assertThat(choices(new Balancer(Balance.ROUND_ROBIN, targets), Set.of(), 3)).containsExactlyInAnyOrderElementsOf(targets);
    }

    @Test
    void ejectedTargetIsTriedByOneRequestWhenItsTimeIsOver() {
        eject(targets.get(1));
        Balancer balancer = new Balancer(Balance.LEAST_REQUESTS, targets);
        long later = NOW + Standing.FIRST_EJECTION.toNanos();
        assertThat(balancer.choose(Set.of(), later)).isSameAs(targets.get(1));
        assertThat(balancer.choose(Set.of(), later)).isNotSameAs(targets.get(1));
    }

    private static List<TargetState> targets(int count) {
        return IntStream.range(0, count).mapToObj(n -> new TargetState(new Target("10.0.0." + n, 80))).toList();
    }

    private static List<TargetState> choices(Balancer balancer, Set<Target> avoided, int count) {
        return IntStream.range(0, count).mapToObj(_ -> balancer.choose(avoided, NOW)).toList();
    }

    private static void eject(TargetState target) {
        for (int failure = 0; failure < Standing.FAILURES_TO_EJECT; failure++) {
            target.failed(NOW);
        }
    }
}
