package dev.sallyport.core.reject;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.ResponseField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A refusal as OAuth clients read it (RFC 6749 §5.2). */
final class OAuthErrorDocument {
    private OAuthErrorDocument() {}

    static LocalResponse of(Rejection rejection, String error, Optional<String> description) {
        List<ResponseField> fields = new ArrayList<>(rejection.fields());
        fields.add(new ResponseField("Content-Type", "application/json"));
        fields.add(new ResponseField("Cache-Control", "no-store"));
        fields.add(new ResponseField("Pragma", "no-cache"));
        String more = description.map(text -> ",\"error_description\":" + ProblemDocument.quote(allowed(text))).orElse("");
        String document = "{\"error\":" + ProblemDocument.quote(error) + more + "}";
        return new LocalResponse(rejection.status(), List.copyOf(fields), document.getBytes(StandardCharsets.UTF_8));
    }

    /** ASCII without quotation mark and backslash; sections are named in words. */
    private static String allowed(String told) {
        String text = told.replace("§", "section ");
        StringBuilder kept = new StringBuilder(text.length());
        for (int index = 0; index < text.length(); index++) {
            char letter = text.charAt(index);
            boolean isAllowed = letter >= 0x20 && letter < 0x7F && letter != '"' && letter != '\\';
            kept.append(isAllowed ? letter : '?');
        }
        return kept.toString();
    }
}
