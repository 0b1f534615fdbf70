package dev.sallyport.server.http2;

import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.uri.RequestTarget;
import dev.sallyport.core.http.uri.TargetViolation;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http1.HeadBounds;
import dev.sallyport.server.http1.HttpVersion;
import dev.sallyport.server.http1.syntax.Authority;
import dev.sallyport.server.http1.syntax.Bytes;
import dev.sallyport.server.http1.syntax.FramingViolation;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads request heads and trailers out of decoded field blocks, strictly by RFC 9113 §8.3: what they say goes on as
 * HTTP/1.1, where whatever could be read differently is an attack.
 */
public final class RequestBlockReader {
    private final HeadBounds bounds;

    /** What follows the block on its stream. */
    public enum Content { FOLLOWS, ABSENT }

    public RequestBlockReader(HeadBounds bounds) {
        this.bounds = bounds;
    }

    /**
     * @throws MalformedMessage for what is no request
     * @throws FramingViolation for a request that is refused with a status
     */
    public RequestHead read(Http2Headers block, Content content) throws MalformedMessage, FramingViolation {
        FieldBlock fields = new FieldBlock(bounds);
        Pseudo pseudo = new Pseudo();
        for (Map.Entry<CharSequence, CharSequence> field : block) {
            if (Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(field.getKey())) {
                fields.measure(field.getKey(), field.getValue());
                pseudo.take(field.getKey().toString(), field.getValue().toString());
            } else {
                fields.add(field);
            }
        }
        return head(pseudo, fields.fields(), content);
    }

    /** Pseudo-fields are none of a trailer section's (RFC 9113 §8.1). */
    public HeaderFields readTrailers(Http2Headers block) throws MalformedMessage, FramingViolation {
        FieldBlock fields = new FieldBlock(bounds);
        for (Map.Entry<CharSequence, CharSequence> field : block) {
            fields.add(field);
        }
        return fields.fields();
    }

    private static RequestHead head(Pseudo pseudo, HeaderFields fields, Content content) throws MalformedMessage, FramingViolation {
        String method = pseudo.method();
        if (!fields.contains("host") && pseudo.authority == null) {
            throw new FramingViolation(RejectReason.HOST_INVALID, "neither :authority nor Host");
        }
        String authority = authority(pseudo.authority, fields);
        BodyLength length = length(fields, content);
        refuseOtherExpectations(fields);
        return switch (RequestTarget.parse(method, pseudo.path())) {
            case RequestTarget.Parsed.Invalid(TargetViolation violation) -> throw FramingViolation.of(violation);
            case RequestTarget.Parsed.Valid(RequestTarget target, Optional<String> _) ->
                    new RequestHead(method, target, Authority.hostOf(authority), authority, fields, length);
        };
    }

    /** A Host that says something else than {@code :authority} would route one way here and another way behind us (RFC 9113 §8.3.1). */
    private static String authority(@Nullable String named, HeaderFields fields) throws MalformedMessage {
        if (fields.count("host") > 1) {
            throw new MalformedMessage("Host is repeated");
        }
        Optional<String> host = fields.findFirst("host");
        if (named != null && host.isPresent() && !host.get().equalsIgnoreCase(named)) {
            throw new MalformedMessage("Host and :authority name different authorities");
        }
        return named == null ? host.orElse("") : named;
    }

    private static BodyLength length(HeaderFields fields, Content content) throws MalformedMessage, FramingViolation {
        BodyLength declared = ContentFraming.declaredBy(fields, HttpVersion.HTTP_1_1);
        return switch (content) {
            case FOLLOWS -> declared instanceof BodyLength.None ? BodyLength.CHUNKED : declared;
            case ABSENT -> {
                if (!declared.isEmpty()) {
                    throw new MalformedMessage("Content-Length without content");
                }
                yield declared;
            }
        };
    }

    private static void refuseOtherExpectations(HeaderFields fields) throws FramingViolation {
        if (fields.count("expect") > 1 || fields.findFirst("expect").filter(value -> !value.equalsIgnoreCase("100-continue")).isPresent()) {
            throw new FramingViolation(RejectReason.EXPECTATION_UNSUPPORTED, "Expect is not `100-continue`");
        }
    }

    /** The fields that begin with a colon (RFC 9113 §8.3.1), each once. */
    private static final class Pseudo {
        private @Nullable String method;
        private @Nullable String scheme;
        private @Nullable String path;
        private @Nullable String authority;

        void take(String name, String value) throws MalformedMessage {
            switch (name) {
                case ":method" -> method = once(method, value);
                case ":scheme" -> scheme = once(scheme, value);
                case ":path" -> path = once(path, value);
                case ":authority" -> authority = once(authority, value);
                default -> throw new MalformedMessage("a pseudo-field of no request");
            }
        }

        private static String once(@Nullable String former, String value) throws MalformedMessage {
            if (former != null || value.isEmpty()) {
                throw new MalformedMessage("a pseudo-field is repeated or empty");
            }
            return value;
        }

        String method() throws MalformedMessage, FramingViolation {
            String named = method;
            if (named == null) {
                throw new MalformedMessage(":method is missing");
            }
            for (int at = 0; at < named.length(); at++) {
                if (named.charAt(at) > 0x7F || !Bytes.isToken((byte) named.charAt(at))) {
                    throw new MalformedMessage(":method is no token");
                }
            }
            if (named.equals("CONNECT") || named.equals("TRACE")) {
                throw new FramingViolation(RejectReason.METHOD_UNSUPPORTED, named);
            }
            return named;
        }

        /** In origin-form, or the asterisk (RFC 9113 §8.3.1): an absolute-form would name a second authority. */
        String path() throws MalformedMessage {
            String named = path;
            if (named == null || !("https".equals(scheme) || "http".equals(scheme))) {
                throw new MalformedMessage(":scheme or :path is missing, or not of HTTP");
            }
            if (!named.startsWith("/") && !named.equals("*")) {
                throw new MalformedMessage(":path begins with no slash");
            }
            return named;
        }
    }
}
