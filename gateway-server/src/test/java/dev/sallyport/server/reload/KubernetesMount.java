package dev.sallyport.server.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A folder with one file, laid out and changed as Kubernetes does it with a ConfigMap: all through one link, swapped by rename. */
final class KubernetesMount {
    private final Path folder;
    private int version;

    KubernetesMount(Path folder) throws IOException {
        this.folder = Files.createDirectory(folder);
        Files.createSymbolicLink(file(), Path.of("..data", "c.yaml"));
    }

    Path folder() {
        return folder;
    }

    Path file() {
        return folder.resolve("c.yaml");
    }

    void swap(String text) throws IOException {
        Path former = folder.resolve("..version_" + version++);
        Path fresh = Files.createDirectory(folder.resolve("..version_" + version));
        Files.writeString(fresh.resolve("c.yaml"), text);
        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), fresh.getFileName());
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        if (Files.exists(former)) {
            Files.delete(former.resolve("c.yaml"));
            Files.delete(former);
        }
    }
}
