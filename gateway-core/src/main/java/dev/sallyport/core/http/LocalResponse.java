package dev.sallyport.core.http;

import java.util.ArrayList;
import java.util.List;

/** An answer that the gateway gives itself; framing fields are added by whoever writes it. */
public record LocalResponse(int status, List<ResponseField> fields, byte[] body) {
    private static final byte[] NOTHING = new byte[0];

    /**
     * Sends a browser on, on its way through a sign-in: kept by no cache, and the next site is not told where it was before.
     *
     * @param more further fields
     */
    public static LocalResponse redirect(int status, String location, List<ResponseField> more) {
        List<ResponseField> fields = new ArrayList<>(List.of(
                new ResponseField("Location", location), new ResponseField("Cache-Control", "no-store"), ResponseField.NO_REFERRER));
        fields.addAll(more);
        return new LocalResponse(status, List.copyOf(fields), NOTHING);
    }
}
