package dev.sallyport.server.http1;

/** Classes of bytes in RFC 9110 §5.6 and RFC 9112 §2. */
final class Bytes {
    static final byte CR = '\r';
    static final byte LF = '\n';
    static final byte SP = ' ';
    static final byte HTAB = '\t';

    /** CR LF as one number, for buffers that write two bytes at once. */
    static final int CRLF = CR << 8 | LF;

    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] FIELD_CONTENT = new boolean[256];

    static {
        for (int letter = '0'; letter <= 'z'; letter++) {
            TOKEN[letter] = letter <= '9' || letter >= 'a' || (letter >= 'A' && letter <= 'Z');
        }
        for (char mark : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[mark] = true;
        }
        for (int letter = SP; letter < 256; letter++) {
            FIELD_CONTENT[letter] = letter != 0x7F;
        }
        FIELD_CONTENT[HTAB] = true;
    }

    private Bytes() {}

    /** {@code tchar} of RFC 9110 §5.6.2. */
    static boolean isToken(byte letter) {
        return TOKEN[letter & 0xFF];
    }

    /** HTAB, SP, VCHAR or obs-text: everything but controls (RFC 9110 §5.5). */
    static boolean isFieldContent(byte letter) {
        return FIELD_CONTENT[letter & 0xFF];
    }

    static boolean isBlank(byte letter) {
        return letter == SP || letter == HTAB;
    }

    static boolean isDigit(int letter) {
        return letter >= '0' && letter <= '9';
    }
}
