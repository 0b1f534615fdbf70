package dev.sallyport.server.exchange;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.Trace;
import dev.sallyport.core.reject.Rejection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** The answer to what is no request. */
public record UnreadAnswer(AnswerHead head, ByteBuf content) {

    /** Logs them like a request. */
    public static UnreadAnswer to(Peer peer, long startNanos, Rejection rejection, ExchangePorts ports) {
        String requestId = Trace.unread(ThreadLocalRandom.current()).requestId();
        LocalResponse problem = ReplyWriter.problem(rejection, requestId, ports.runtime().get().snapshot().errorDetail());
        ExchangeLog log = ExchangeLog.ofUnread(requestId, peer, Instant.now(), startNanos);
        log.refused(rejection.reason());
        log.answered(problem.status());
        log.sent(problem.body().length);
        log.end(ports.observer());
        return new UnreadAnswer(AnswerHead.of(problem, "", requestId), Unpooled.wrappedBuffer(problem.body()));
    }

    /** Logs what gets no answer: its stream is reset. */
    public static void withheld(Peer peer, long startNanos, Rejection rejection, ExchangePorts ports) {
        ExchangeLog log = ExchangeLog.ofUnread(Trace.unread(ThreadLocalRandom.current()).requestId(), peer, Instant.now(), startNanos);
        log.refused(rejection.reason());
        log.end(ports.observer());
    }
}
