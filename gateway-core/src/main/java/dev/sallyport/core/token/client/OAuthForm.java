package dev.sallyport.core.token.client;

import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.uri.FormFields;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Parameters of a request to an OAuth endpoint (RFC 6749 appendix B). Each comes once, or two readers could pick different
 * ones (§3.2); one without a value is absent.
 */
public final class OAuthForm {
    /** Bytes of the longest content: an assertion of 16 KiB, and room for the rest. */
    public static final int MAX_BODY = 32 * 1024;

    private static final String TYPE = "application/x-www-form-urlencoded";

    /** RFC 8707 §2. */
    private static final Set<String> MAY_COME_AGAIN = Set.of("resource");

    private final FormFields parameters;

    private OAuthForm(FormFields parameters) {
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

    private static FormFields parse(String text) throws OAuthRefusal {
        return switch (FormFields.read(text)) {
            case FormFields.Read.Malformed(String why) -> throw OAuthRefusal.invalidRequest(why);
            case FormFields.Read.Valid(FormFields fields) when !MAY_COME_AGAIN.containsAll(fields.repeated()) ->
                    throw OAuthRefusal.invalidRequest("a parameter came twice");
            case FormFields.Read.Valid(FormFields fields) -> fields;
        };
    }

    /** In printable ASCII, as all parameters that are known here (RFC 6749 appendix A). */
    public Optional<String> find(String name) throws OAuthRefusal {
        List<String> all = all(name);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
    }

    /** Without those that have no value. */
    public List<String> all(String name) throws OAuthRefusal {
        List<String> values = parameters.all(name).stream().filter(value -> !value.isEmpty()).toList();
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
        return parameters.toString();
    }
}
