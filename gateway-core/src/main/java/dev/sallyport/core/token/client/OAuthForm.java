package dev.sallyport.core.token.client;

import dev.sallyport.core.http.RequestView;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Parameters of a request to an OAuth endpoint (RFC 6749 appendix B). Each comes once, or two readers could pick different
 * ones (§3.2); one without a value is absent.
 */
public final class OAuthForm {
    /** Bytes of the longest content: an assertion of 16 KiB, and room for the rest. */
    public static final int MAX_BODY = 32 * 1024;

    static final int MAX_PARAMETERS = 50;

    private static final String TYPE = "application/x-www-form-urlencoded";

    /** May come several times (RFC 8707 §2). */
    private static final String RESOURCE = "resource";

    private final Map<String, List<String>> parameters;

    private OAuthForm(Map<String, List<String>> parameters) {
        this.parameters = parameters;
    }

    public static OAuthForm read(RequestView request) throws OAuthRefusal {
        String type = request.fields().count("content-type") == 1 ? request.fields().findFirst("content-type").orElse("") : "";
        int semicolon = type.indexOf(';');
        String media = (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
        if (!media.equals(TYPE)) {
            throw OAuthRefusal.invalidRequest("Content-Type is not " + TYPE);
        }
        return new OAuthForm(parse(new String(request.body().orElse(new byte[0]), StandardCharsets.ISO_8859_1)));
    }

    private static Map<String, List<String>> parse(String text) throws OAuthRefusal {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        int count = 0;
        for (int start = 0; start < text.length(); ) {
            int ampersand = text.indexOf('&', start);
            int end = ampersand < 0 ? text.length() : ampersand;
            if (++count > MAX_PARAMETERS) {
                throw OAuthRefusal.invalidRequest("more than " + MAX_PARAMETERS + " parameters");
            }
            take(text.substring(start, end), parameters);
            start = end + 1;
        }
        return parameters;
    }

    private static void take(String pair, Map<String, List<String>> parameters) throws OAuthRefusal {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        List<String> values = parameters.computeIfAbsent(name, _ -> new ArrayList<>(1));
        if (!values.isEmpty() && !name.equals(RESOURCE)) {
            throw OAuthRefusal.invalidRequest("a parameter came twice");
        }
        values.add(value);
    }

    /** Form encoding read strictly: what another reader could take differently is refused. */
    static String decode(String text) throws OAuthRefusal {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int index = 0; index < text.length(); index++) {
            char letter = text.charAt(index);
            if (letter == '%') {
                int high = index + 2 < text.length() ? Character.digit(text.charAt(index + 1), 16) : -1;
                int low = index + 2 < text.length() ? Character.digit(text.charAt(index + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw OAuthRefusal.invalidRequest("a bad escape");
                }
                bytes.put((byte) (high << 4 | low));
                index += 2;
            } else if (letter > ' ' && letter < 0x7F) {
                bytes.put((byte) (letter == '+' ? ' ' : letter));
            } else {
                throw OAuthRefusal.invalidRequest("a raw byte that must be escaped");
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException _) {
            throw OAuthRefusal.invalidRequest("a value is not UTF-8");
        }
    }

    /** In printable ASCII, as all parameters that are known here (RFC 6749 appendix A). */
    public Optional<String> find(String name) throws OAuthRefusal {
        List<String> all = all(name);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
    }

    /** Without those that have no value. */
    public List<String> all(String name) throws OAuthRefusal {
        List<String> values = parameters.getOrDefault(name, List.of()).stream().filter(value -> !value.isEmpty()).toList();
        if (values.stream().anyMatch(value -> value.chars().anyMatch(letter -> letter < 0x20 || letter > 0x7E))) {
            throw OAuthRefusal.invalidRequest("`" + name + "` has characters outside printable ASCII");
        }
        return values;
    }

    public String required(String name) throws OAuthRefusal {
        return find(name).orElseThrow(() -> OAuthRefusal.invalidRequest("`" + name + "` is missing"));
    }

    /** Names alone: values may be credentials. */
    @Override
    public String toString() {
        return parameters.keySet().toString();
    }
}
