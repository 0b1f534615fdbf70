package dev.sallyport.core.reject;

import java.util.ArrayList;
import java.util.List;

/**
 * One challenge of {@code WWW-Authenticate} (RFC 9110 §11.6.1).
 *
 * @param parameters in order, written as quoted strings
 */
public record Challenge(String scheme, List<Parameter> parameters) {

    public record Parameter(String name, String value) {}

    /** RFC 6750 §3. */
    public static Challenge bearer(String realm) {
        return new Challenge("Bearer", List.of(new Parameter("realm", realm)));
    }

    /** RFC 9449 §7.1. */
    public static Challenge dpop(String realm, String algorithms) {
        return new Challenge("DPoP", List.of(new Parameter("realm", realm), new Parameter("algs", algorithms)));
    }

    public static Challenge apiKey(String realm, String header) {
        return new Challenge("ApiKey", List.of(new Parameter("realm", realm), new Parameter("header", header)));
    }

    public static Challenge hmac(String realm, String header) {
        return new Challenge("HMAC", List.of(new Parameter("realm", realm), new Parameter("header", header)));
    }

    /** A browser can do nothing with it; whoever writes a client learns what is wanted (RFC 9110 §15.5.2 asks for one). */
    public static Challenge cookie(String realm, String name) {
        return new Challenge("Cookie", List.of(new Parameter("realm", realm), new Parameter("cookie-name", name)));
    }

    public Challenge with(String name, String value) {
        List<Parameter> longer = new ArrayList<>(parameters);
        longer.add(new Parameter(name, value));
        return new Challenge(scheme, List.copyOf(longer));
    }

    /** The field's value. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(scheme);
        String separator = " ";
        for (Parameter parameter : parameters) {
            text.append(separator).append(parameter.name).append("=\"");
            text.append(parameter.value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
            separator = ", ";
        }
        return text.toString();
    }
}
