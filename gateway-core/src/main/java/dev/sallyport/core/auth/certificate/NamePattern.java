package dev.sallyport.core.auth.certificate;

import java.util.ArrayList;
import java.util.List;

/**
 * A text in which {@code *} stands for one or more characters of one part: it crosses no {@code /}, no {@code .} and no
 * RDN, so that {@code *.partner.example} is one label and {@code spiffe://prod/ns/*} one segment.
 */
record NamePattern(List<String> literals) {

    static NamePattern of(String text) {
        return new NamePattern(List.of(text.split("\\*", -1)));
    }

    boolean matches(String name) {
        if (literals.size() == 1) {
            return literals.getFirst().equals(name);
        }
        return name.startsWith(literals.getFirst()) && matchesFrom(name, literals.getFirst().length(), 1);
    }

    /** Tries every place of the next literal; a pattern has few stars, and a name is bounded by its certificate. */
    private boolean matchesFrom(String name, int start, int next) {
        String literal = literals.get(next);
        for (int end = start + 1; end + literal.length() <= name.length() && isOnePart(name.charAt(end - 1)); end++) {
            boolean isLast = next == literals.size() - 1;
            boolean fits = name.startsWith(literal, end);
            if (fits && (isLast ? end + literal.length() == name.length() : matchesFrom(name, end + literal.length(), next + 1))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOnePart(char letter) {
        return letter != '/' && letter != '.';
    }

    /** Parts of a distinguished name in RFC 4514 form, split where a comma is not escaped. */
    static List<String> rdns(String name) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean isEscaped = false;
        for (int index = 0; index < name.length(); index++) {
            char letter = name.charAt(index);
            if (letter == ',' && !isEscaped) {
                parts.add(part.toString().strip());
                part.setLength(0);
            } else {
                part.append(letter);
            }
            isEscaped = letter == '\\' && !isEscaped;
        }
        parts.add(part.toString().strip());
        return parts;
    }
}
