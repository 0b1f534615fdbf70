package dev.sallyport.core.state;

import java.util.Optional;

/** Which API keys are known; answered at once from a local copy. */
public interface ApiKeyStore {

    /** @param sha256 of the presented key's bytes, 32 bytes */
    Optional<ApiKeyEntry> find(byte[] sha256);
}
