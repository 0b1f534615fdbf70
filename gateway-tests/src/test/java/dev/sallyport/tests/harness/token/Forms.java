package dev.sallyport.tests.harness.token;

import dev.sallyport.tests.harness.Requests;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Requests of OAuth clients (RFC 6749 appendix B). */
public final class Forms {
    private Forms() {}

    /** @param namesAndValues in turn, not yet encoded */
    public static String form(String... namesAndValues) {
        StringBuilder form = new StringBuilder();
        for (int index = 0; index < namesAndValues.length; index += 2) {
            form.append(index == 0 ? "" : "&").append(namesAndValues[index]).append('=')
                    .append(URLEncoder.encode(namesAndValues[index + 1], StandardCharsets.UTF_8));
        }
        return form.toString();
    }

    public static String post(String target, String form, String... fields) {
        String[] longer = new String[fields.length + 1];
        System.arraycopy(fields, 0, longer, 0, fields.length);
        longer[fields.length] = "Content-Type: application/x-www-form-urlencoded";
        return Requests.post(target, form, longer);
    }

    /** A field line. */
    public static String basic(String client, String secret) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }
}
