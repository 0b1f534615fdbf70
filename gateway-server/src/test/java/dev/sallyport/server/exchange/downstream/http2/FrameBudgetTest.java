package dev.sallyport.server.exchange.downstream.http2;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http2.Http2Exception;
import org.junit.jupiter.api.Test;

class FrameBudgetTest {
    @Test
    void oneMoreThanTheMostEndsTheConnection() throws Http2Exception {
        FrameBudget budget = new FrameBudget();
        for (int frame = 0; frame < FrameBudget.MOST; frame++) {
            budget.spend();
        }
        assertThatThrownBy(budget::spend).isInstanceOf(Http2Exception.class);
    }
}
