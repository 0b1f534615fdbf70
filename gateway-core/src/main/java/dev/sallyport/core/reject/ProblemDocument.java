package dev.sallyport.core.reject;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.ResponseField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A refusal as the client sees it (RFC 9457). By default only the coarse code: telling an expired token from a forged one,
 * or a revoked key from an unknown one, answers questions that only attackers ask.
 */
public final class ProblemDocument {
    private static final String DEFAULT_RETRY_SECONDS = "5";

    private ProblemDocument() {}

    /** What everyone may know. */
    public static LocalResponse coarse(Rejection rejection, String requestId) {
        return rejection.oauthError()
                .map(error -> OAuthErrorDocument.of(rejection, error, Optional.empty()))
                .orElseGet(() -> respond(rejection, document(rejection, requestId) + "}"));
    }

    /** With reason, sentence and what was found, for {@code errors.detail: true}. */
    public static LocalResponse detailed(Rejection rejection, String requestId) {
        String detail = rejection.reason().sentence() + " " + rejection.logDetail();
        if (rejection.oauthError().isPresent()) {
            return OAuthErrorDocument.of(rejection, rejection.oauthError().get(), Optional.of(detail));
        }
        String more = ",\"reason\":" + quote(rejection.reason().label())
                + ",\"detail\":" + quote(detail);
        return respond(rejection, document(rejection, requestId) + more + "}");
    }

    /** Of a request that has nothing to do with routes and their reasons. */
    public static LocalResponse of(int status, Code code, String requestId) {
        return respond(status, List.of(), document(status, code, requestId) + "}");
    }

    /** Likewise, with what was wrong, for an operator to read. */
    public static LocalResponse of(int status, Code code, String requestId, String detail) {
        return respond(status, List.of(), document(status, code, requestId) + ",\"detail\":" + quote(detail) + "}");
    }

    private static String document(Rejection rejection, String requestId) {
        return document(rejection.status(), code(rejection), requestId);
    }

    private static String document(int status, Code code, String requestId) {
        return "{\"type\":" + quote("urn:sallyport:problem:" + code.label())
                + ",\"title\":" + quote(code.title())
                + ",\"status\":" + status
                + ",\"code\":" + quote(code.label())
                + ",\"requestId\":" + quote(requestId);
    }

    /** A certificate refused with 403 rather than 401 is forbidden, not unauthorized. */
    private static Code code(Rejection rejection) {
        return rejection.status() == 403 ? Code.FORBIDDEN : rejection.reason().code();
    }

    private static LocalResponse respond(Rejection rejection, String document) {
        return respond(rejection.status(), rejection.fields(), document);
    }

    private static LocalResponse respond(int status, List<ResponseField> own, String document) {
        List<ResponseField> fields = new ArrayList<>(own);
        boolean mayRetry = status == 503 || status == 429;
        if (mayRetry && fields.stream().noneMatch(field -> field.name().equals("Retry-After"))) {
            fields.add(new ResponseField("Retry-After", DEFAULT_RETRY_SECONDS));
        }
        fields.add(new ResponseField("Content-Type", "application/problem+json"));
        fields.add(new ResponseField("Cache-Control", "no-store"));
        fields.add(ResponseField.NO_REFERRER);
        return new LocalResponse(status, List.copyOf(fields), document.getBytes(StandardCharsets.UTF_8));
    }

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int index = 0; index < text.length(); index++) {
            char letter = text.charAt(index);
            if (letter == '"' || letter == '\\') {
                quoted.append('\\').append(letter);
            } else if (letter < 0x20 || letter == 0x7F) {
                quoted.append(String.format("\\u%04x", (int) letter));
            } else {
                quoted.append(letter);
            }
        }
        return quoted.append('"').toString();
    }
}
