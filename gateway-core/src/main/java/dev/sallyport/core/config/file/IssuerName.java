package dev.sallyport.core.config.file;

import dev.sallyport.core.config.bind.annotation.Text;
import javax.security.auth.x500.X500Principal;

/** Name of an issuer (RFC 4514), in the form in which two are equal that name one. */
@Text(pattern = ".+=.+")
public record IssuerName(String canonical) {

    public static IssuerName parse(String text) {
        try {
            return new IssuerName(new X500Principal(text).getName(X500Principal.CANONICAL));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is no name such as CN=Example CA,O=Example", e);
        }
    }
}
