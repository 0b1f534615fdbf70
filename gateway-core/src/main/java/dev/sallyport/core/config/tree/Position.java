package dev.sallyport.core.config.tree;

import java.nio.file.Path;

/** Where something stands; line and column count from 1. */
public record Position(Path file, int line, int column) {
    public static Position startOf(Path file) {
        return new Position(file, 1, 1);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
