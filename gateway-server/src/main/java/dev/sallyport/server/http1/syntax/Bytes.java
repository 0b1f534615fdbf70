package dev.sallyport.server.http1.syntax;

/** Classes of bytes in RFC 9110 §5.6 and RFC 9112 §2. */
public final class Bytes {
    public static final byte CR = '\r';
    public static final byte LF = '\n';
    public static final byte SP = ' ';
    public static final byte HTAB = '\t';

    /** CR LF as one number, for buffers that write two bytes at once. */
    public static final int CRLF = CR << 8 | LF;

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
    public static boolean isToken(byte letter) {
        return TOKEN[letter & 0xFF];
    }

    /** HTAB, SP, VCHAR or obs-text: everything but controls (RFC 9110 §5.5). */
    public static boolean isFieldContent(byte letter) {
        return FIELD_CONTENT[letter & 0xFF];
    }

    public static boolean isBlank(byte letter) {
        return letter == SP || letter == HTAB;
    }

    public static boolean isDigit(int letter) {
        return letter >= '0' && letter <= '9';
    }
}
