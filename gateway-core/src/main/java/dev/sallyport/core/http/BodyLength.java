package dev.sallyport.core.http;

/** How a request says where its content ends (RFC 9112 §6.3). */
public sealed interface BodyLength {
    /** Neither length was given: there is no content. */
    record None() implements BodyLength {}

    /** {@code Content-Length}, which may be 0. */
    record Fixed(long bytes) implements BodyLength {}

    /** {@code Transfer-Encoding: chunked}, and nothing else. */
    record Chunked() implements BodyLength {}

    BodyLength NONE = new None();
    BodyLength CHUNKED = new Chunked();

    /** True where the head already says that no byte of content follows. */
    default boolean isEmpty() {
        return switch (this) {
            case None() -> true;
            case Fixed(long bytes) -> bytes == 0;
            case Chunked() -> false;
        };
    }
}
