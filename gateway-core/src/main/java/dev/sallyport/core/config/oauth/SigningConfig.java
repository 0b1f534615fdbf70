package dev.sallyport.core.config.oauth;

import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.Word;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Keys of the gateway's own. */
public record SigningConfig(
        @Doc("ES256 or RS256.") @Default("ES256") Algorithm algorithm,
        @Doc("File that keeps the private keys over a restart; in memory without it.") Optional<Path> keys,
        @Doc("Time for which a key signs.") @Default("30d") Duration rotateEvery,
        @Doc("Time for which it stays published behind that.") @Default("1d") Duration overlap) {

    public enum Algorithm {
        @Word("ES256") ES256,
        @Word("RS256") RS256
    }
}
