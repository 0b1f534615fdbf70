package dev.sallyport.server.admin;

import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.reject.Code;
import dev.sallyport.server.http1.HeadBounds;
import dev.sallyport.server.http1.RequestHeadReader;
import dev.sallyport.server.http1.syntax.FramingViolation;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port for operators, read by the same strict reader as the data plane, on a thread of its own: a scrape must not
 * hold up requests. One request a connection, then it closes; so nothing behind the first request can be misread.
 */
final class AdminPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminPort.class);
    private static final HeadBounds BOUNDS = new HeadBounds(16 * 1024, 64);
    private static final int MAX_CONNECTIONS = 128;
    private static final int REQUEST_SECONDS = 10;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("admin", true), NioIoHandler.newFactory());
    private final AtomicInteger connections = new AtomicInteger();
    private final Function<RequestHead, AdminAnswer> answers;

    private AdminPort(Function<RequestHead, AdminAnswer> answers) {
        this.answers = answers;
    }

    /** A bound address. */
    public record Bound(AdminPort port, InetSocketAddress address) implements AutoCloseable {
        @Override
        public void close() {
            port.close();
        }
    }

    static Bound bind(InetSocketAddress address, Function<RequestHead, AdminAnswer> answers) throws IOException {
        AdminPort port = new AdminPort(answers);
        var bound = new ServerBootstrap()
                .group(port.loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(port.new Ladder())
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            port.close();
            throw new IOException("the admin port cannot bind " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        // As it was written: a socket of both families calls 0.0.0.0 by its IPv6 name.
        int taken = ((InetSocketAddress) bound.channel().localAddress()).getPort();
        return new Bound(port, new InetSocketAddress(address.getAddress(), taken));
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private final class Ladder extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            if (connections.incrementAndGet() > MAX_CONNECTIONS) {
                connections.decrementAndGet();
                channel.close();
                return;
            }
            channel.closeFuture().addListener(_ -> connections.decrementAndGet());
            channel.pipeline().addLast("timeout", new ReadTimeoutHandler(REQUEST_SECONDS)).addLast("request", new RequestHandler());
        }
    }

    private sealed interface Phase {
        record Head() implements Phase {}

        record Content(int bytes, AdminAnswer.AfterContent waiting) implements Phase {}

        record Answered() implements Phase {}
    }

    private final class RequestHandler extends ByteToMessageDecoder {
        private final RequestHeadReader reader = new RequestHeadReader(BOUNDS);
        private Phase phase = new Phase.Head();

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            switch (phase) {
                case Phase.Head() -> readHead(context, in);
                case Phase.Content(int bytes, AdminAnswer.AfterContent waiting) -> readContent(context, in, bytes, waiting);
                case Phase.Answered() -> in.skipBytes(in.readableBytes());
            }
        }

        private void readHead(ChannelHandlerContext context, ByteBuf in) {
            try {
                Optional<RequestHead> head = reader.read(in).map(received -> received.head());
                head.ifPresent(known -> begin(context, in, known));
            } catch (FramingViolation violation) {
                answer(context, AdminAnswers.problem(violation.reason().status(), violation.reason().code()), "GET");
            }
        }

        private void begin(ChannelHandlerContext context, ByteBuf in, RequestHead head) {
            switch (answers.apply(head)) {
                case AdminAnswer.Now(LocalResponse response) -> answer(context, response, head.method());
                case AdminAnswer.AfterContent waiting -> {
                    if (!(head.bodyLength() instanceof BodyLength.Fixed(long bytes))) {
                        answer(context, AdminAnswers.problem(400, Code.BAD_REQUEST), head.method());
                    } else if (bytes > waiting.maxBytes()) {
                        answer(context, AdminAnswers.problem(413, Code.PAYLOAD_TOO_LARGE), head.method());
                    } else {
                        phase = new Phase.Content((int) bytes, waiting);
                        readContent(context, in, (int) bytes, waiting);
                    }
                }
            }
        }

        private void readContent(ChannelHandlerContext context, ByteBuf in, int bytes, AdminAnswer.AfterContent waiting) {
            if (in.readableBytes() < bytes) {
                return;
            }
            byte[] content = new byte[bytes];
            in.readBytes(content);
            phase = new Phase.Answered();
            waiting.call().apply(content).whenCompleteAsync(
                    (response, defect) -> {
                        if (defect != null) {
                            exceptionCaught(context, defect);
                        } else {
                            answer(context, response, "POST");
                        }
                    },
                    context.executor());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            switch (cause) {
                case IOException _, ReadTimeoutException _ -> LOG.debug("A peer of the admin port went or was slow", cause);
                default -> LOG.error("The admin port could not answer", cause);
            }
            context.close();
        }

        private void answer(ChannelHandlerContext context, LocalResponse response, String method) {
            phase = new Phase.Answered();
            StringBuilder head = new StringBuilder("HTTP/1.1 ").append(response.status()).append(" \r\n");
            for (ResponseField field : response.fields()) {
                head.append(field.name()).append(": ").append(field.value()).append("\r\n");
            }
            head.append("Content-Length: ").append(response.body().length).append("\r\nConnection: close\r\n\r\n");
            ByteBuf bytes = Unpooled.wrappedBuffer(
                    head.toString().getBytes(StandardCharsets.ISO_8859_1), method.equals("HEAD") ? new byte[0] : response.body());
            context.writeAndFlush(bytes).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
