package dev.sallyport.core.auth.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowedNameTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "CN=partner-1         | true",
        "CN=partner-a\\+b     | true",
        "CN=partner-a+OU=b    | false",
        "CN=partner-a\\\\+OU=b | false",
        "CN=partner-1,O=Evil  | false",
        "CN=partner-          | false",
    })
    void subjectMatchesAsAWhole(String subject, boolean isAllowed) {
        CertificateNames names = new CertificateNames(List.of(), List.of(), subject);
        assertThat(new AllowedName.Subject("CN=partner-*").findIn(names).isPresent()).isEqualTo(isAllowed);
    }
}
