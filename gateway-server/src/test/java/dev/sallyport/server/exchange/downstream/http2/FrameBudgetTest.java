package dev.sallyport.server.exchange.downstream.http2;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http2.Http2Exception;
import org.junit.jupiter.api.Test;

class FrameBudgetTest {
    private static final long START = 5;
    private final FrameBudget budget = new FrameBudget(START);

    private void spendAll(long nowNanos) throws Http2Exception {
        for (int frame = 0; frame < FrameBudget.MOST; frame++) {
            budget.spend(nowNanos);
        }
    }

    @Test
    void oneMoreThanTheMostEndsTheConnection() throws Http2Exception {
        spendAll(START);
        assertThatThrownBy(() -> budget.spend(START + FrameBudget.PERIOD.toNanos())).isInstanceOf(Http2Exception.class);
    }

    @Test
    void anotherPeriodHasRoomOfItsOwn() throws Http2Exception {
        spendAll(START);
        spendAll(START + FrameBudget.PERIOD.toNanos() + 1);
    }

    @Test
    void frameThatMovesARequestEarnsRoomForOthers() throws Http2Exception {
        spendAll(START);
        budget.earn();
        budget.spend(START);
        budget.spend(START);
        assertThatThrownBy(() -> budget.spend(START)).isInstanceOf(Http2Exception.class);
    }
}
