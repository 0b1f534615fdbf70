package dev.sallyport.server.http1;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.server.http1.syntax.FramingViolation;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** Takes the content of one message off a connection, and not one byte more. */
public sealed interface BodyReader permits BodyReader.Fixed, BodyReader.UntilClose, ChunkedReader {

    static BodyReader of(ContentFraming framing) {
        return switch (framing) {
            case ContentFraming.Absent() -> new Fixed(0);
            case ContentFraming.Fixed(long bytes) -> new Fixed(bytes);
            case ContentFraming.Chunked() -> new ChunkedReader();
            case ContentFraming.UntilClose() -> new UntilClose();
        };
    }

    /** The next piece of content, retained for the caller, who releases it; empty while more bytes are needed or all is read. */
    Optional<ByteBuf> read(ByteBuf in) throws FramingViolation;

    /** The last byte of content, and of what frames it, was taken. */
    boolean isComplete();

    /** Whether the message is whole now that the connection ended. */
    default boolean isCompleteAtClose() {
        return isComplete();
    }

    /** Empty until complete. */
    default HeaderFields trailers() {
        return HeaderFields.empty();
    }

    /** Content of a known length. */
    final class Fixed implements BodyReader {
        private long left;

        Fixed(long bytes) {
            left = bytes;
        }

        @Override
        public Optional<ByteBuf> read(ByteBuf in) {
            int piece = (int) Math.min(left, in.readableBytes());
            left -= piece;
            return piece == 0 ? Optional.empty() : Optional.of(in.readRetainedSlice(piece));
        }

        @Override
        public boolean isComplete() {
            return left == 0;
        }
    }

    /** Content that ends with the connection. */
    final class UntilClose implements BodyReader {
        @Override
        public Optional<ByteBuf> read(ByteBuf in) {
            return in.isReadable() ? Optional.of(in.readRetainedSlice(in.readableBytes())) : Optional.empty();
        }

        @Override
        public boolean isComplete() {
            return false;
        }

        @Override
        public boolean isCompleteAtClose() {
            return true;
        }
    }
}
