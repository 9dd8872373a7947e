package ai.nexadesk.webhooks.access;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A password")
class CommonPasswordsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password1234",
                "P@ssw0rd1234",
                "123456789012",
                "qwertyuiop123",
                "1qaz2wsx3edc",
                "aaaaaaaaaaaa",
                "abcabcabcabc",
                "Welcome2026!",
                "administrator",
                "iloveyou2026",
                "horsehorsehorse",
                "NexaDesk2026!",
                "letmein12345",
                "passwordpassword"
            })
    @DisplayName("that is common is recognized")
    void common(String password) {
        assertThat(CommonPasswords.include(password)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "correct horse battery staple",
                "another horse and another staple",
                "a password of their own",
                "83751926407285",
                "kV7#pL2q!xZ9",
                "my dog ate the blue sofa"
            })
    @DisplayName("that is not common is accepted")
    void own(String password) {
        assertThat(CommonPasswords.include(password)).isFalse();
    }
}
