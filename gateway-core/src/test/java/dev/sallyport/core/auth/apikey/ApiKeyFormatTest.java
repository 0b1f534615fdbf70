package dev.sallyport.core.auth.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.core.auth.apikey.ApiKeyFormat.Look;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class ApiKeyFormatTest {
    private final SecureRandom random = new SecureRandom();

    @Test
    void createdKeyIsRecognisedAsOurs() {
        String key = ApiKeyFormat.create("acme_eu.1", random);

        assertThat(key).matches("sp_acme_eu\\.1_[0-9A-Za-z]{49}");
        assertThat(ApiKeyFormat.look(key)).isEqualTo(Look.OURS);
    }

    @Test
    void everyChangedCharacterIsATypingError() {
        String key = ApiKeyFormat.create(ApiKeyFormat.randomId(random), random);

        for (int index = 3; index < key.length(); index++) {
            char other = key.charAt(index) == 'x' ? 'y' : 'x';
            String changed = key.substring(0, index) + other + key.substring(index + 1);
            assertThat(ApiKeyFormat.look(changed)).as(changed).isNotEqualTo(Look.OURS);
        }
        assertThat(ApiKeyFormat.look(key.substring(0, key.length() - 1))).isEqualTo(Look.MISTYPED);
        assertThat(ApiKeyFormat.look(key + "0")).isEqualTo(Look.MISTYPED);
    }

    @Test
    void keysOfOthersAreForeign() {
        assertThat(ApiKeyFormat.look("")).isEqualTo(Look.FOREIGN);
        assertThat(ApiKeyFormat.look("sp_")).isEqualTo(Look.FOREIGN);
        assertThat(ApiKeyFormat.look("some-legacy-key")).isEqualTo(Look.FOREIGN);
    }

    @Test
    void idsThatWouldHurtALogLineAreRefused() {
        for (String id : new String[] {"", "-rf", "a b", "a\nb", "ä", "a".repeat(65)}) {
            assertThat(ApiKeyFormat.isId(id)).as(id).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> ApiKeyFormat.create(id, random));
        }
    }

    @Test
    void hashIsThatOfTheKeysBytes() {
        assertThat(ApiKeyFormat.sha256("abc")).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
