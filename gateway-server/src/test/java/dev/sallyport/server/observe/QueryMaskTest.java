package dev.sallyport.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryMaskTest {
    @ParameterizedTest
    @CsvSource({
        "a=1&b=2, a=1&b=2",
        "a=1&api_key=s&b, a=1&api_key=***&b",
        "a=1;access_token=s;b=2, a=1;access_token=***;b=2",
        "access%5Ftoken=s, access%5Ftoken=***",
        "%zz=s, %zz=***",
        "a=1&&b, a=1&&b",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln, ***",
        "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0cw==, ***=***",
    })
    void valuesThatMayBeCredentialsAreNotShown(String query, String shown) {
        assertThat(QueryMask.mask(query)).isEqualTo(shown);
    }
}
