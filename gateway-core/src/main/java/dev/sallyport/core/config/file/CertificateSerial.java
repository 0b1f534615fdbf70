package dev.sallyport.core.config.file;

import dev.sallyport.core.config.bind.annotation.Text;
import java.math.BigInteger;
import java.util.regex.Pattern;

/** A serial number in hexadecimal, colons allowed. */
@Text(pattern = "^[0-9A-Fa-f:]{1,64}$")
public record CertificateSerial(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9A-Fa-f]{1,2}(:?[0-9A-Fa-f]{2}){0,20}|[0-9A-Fa-f]{1,42}");

    public static CertificateSerial parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("is no serial number in hexadecimal");
        }
        return new CertificateSerial(new BigInteger(text.replace(":", ""), 16).toString(16));
    }
}
