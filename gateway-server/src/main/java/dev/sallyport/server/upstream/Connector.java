package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Target;
import dev.sallyport.server.upstream.Acquired.ConnectFailure;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;

/** Connects to targets. */
interface Connector {

    /** Called once, on the event loop. */
    interface Outcome {
        /** Reads nothing until asked to, and has no handler. */
        void connected(Channel channel);

        void failed(ConnectFailure failure, String detail);
    }

    /**
     * @param atMost for the look-up of the name and all its addresses together
     */
    void connect(EventLoop loop, Target target, Duration atMost, Outcome outcome);
}
