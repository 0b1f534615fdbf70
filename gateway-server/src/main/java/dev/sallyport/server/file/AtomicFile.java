package dev.sallyport.server.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Replaces a file whole: who reads it sees the old bytes or the new ones, even after a crash. */
public final class AtomicFile {
    private AtomicFile() {}

    /** The new file has the old one's permissions; where there was none, only its owner may read it. */
    public static void replace(Path file, byte[] bytes) throws IOException {
        Path folder = file.toAbsolutePath().normalize().resolveSibling(".").normalize();
        // Files.createTempFile gives 0600, and its hidden name keeps it out of folders that are read as a whole.
        Path fresh = Files.createTempFile(folder, "." + file.getFileName(), ".tmp");
        try {
            if (Files.exists(file) && posix(file)) {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
                Files.setPosixFilePermissions(fresh, permissions);
            }
            writeThrough(fresh, bytes);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(folder);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static boolean posix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static void writeThrough(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    /** Without it a crash could forget the rename. */
    private static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** What went wrong, for the operator; the path is said by who asks. */
    public static String clause(IOException problem) {
        return switch (problem) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "its folder does not exist";
            default -> String.valueOf(problem.getMessage());
        };
    }
}
