package dev.sallyport.tests.harness.provider;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import dev.sallyport.tests.harness.token.Tokens;
import java.util.List;

/** What a provider signs with, and what an impostor signs with in its name. */
public final class ProviderKeys {
    public final ECKey ec = Tokens.ec("e1", Curve.P_256);
    public final RSAKey rsa = Tokens.rsa("r1");
    /** Published, but of an algorithm that no client here allows. */
    public final ECKey ec384 = Tokens.ec("e2", Curve.P_384);
    /** Has the key id of {@link #ec}, and is published nowhere. */
    public final ECKey impostor = Tokens.ec("e1", Curve.P_256);
    public final ECKey unpublished = Tokens.ec("unpublished", Curve.P_256);

    String published() {
        return new JWKSet(List.of(ec.toPublicJWK(), rsa.toPublicJWK(), ec384.toPublicJWK())).toString(true);
    }
}
