package dev.sallyport.tests.harness.provider;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.token.Tokens;
import java.util.List;

/** What a provider signs with, and what an impostor signs with in its name. */
public final class ProviderKeys {
    /** The same for all providers of a run: it takes long to make. */
    private static final RSAKey RSA = Tokens.rsa("r1");

    public final RSAKey rsa = RSA;
    /** Published, but of an algorithm that no client here allows. */
    public final ECKey ec384 = Tokens.ec("e384", Curve.P_384);
    /** Has the key id of the provider's first key, and is published nowhere. */
    public final ECKey impostor = Tokens.ec("e1", Curve.P_256);
    public final ECKey unpublished = Tokens.ec("unpublished", Curve.P_256);
    private volatile ECKey ec = Tokens.ec("e1", Curve.P_256);
    private volatile JWK signing = ec;
    private int rotations;

    public ECKey ec() {
        return ec;
    }

    /** A key that was never seen replaces the one that signed until now. */
    public void rotate() {
        rotations++;
        ec = Tokens.ec("e1-" + rotations, Curve.P_256);
        signing = ec;
    }

    public void signWithRsa() {
        signing = rsa;
    }

    public void signWithEc() {
        signing = ec;
    }

    String signed(JWTClaimsSet.Builder claims) {
        return Tokens.sign(signing, signing instanceof RSAKey ? "RS256" : "ES256", claims.build());
    }

    String published() {
        return new JWKSet(List.of(ec.toPublicJWK(), rsa.toPublicJWK(), ec384.toPublicJWK())).toString(true);
    }
}
