import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Disables one check of the gateway after the other and sees which test notices. Each mutant is one line of
 * {@code mutants.tsv}; its file alone is compiled, its classes stand before the others, and its tests run in this process
 * in a class loader of their own.
 */
final class Mutants {
    private static final Path TABLE = Path.of("mutants/mutants.tsv");
    private static final Path PAGE = Path.of("docs/mutants.md");
    private static final int SECONDS = 60;

    /**
     * @param tests simple names of test classes, one of which must fail
     * @param excuse why no test need fail
     */
    record Mutant(String group, String what, Path file, String find, String replace, List<String> tests, Optional<String> excuse) {
        static Mutant parse(String line) {
            String[] cells = line.split("\t", -1);
            Optional<String> excuse = cells.length > 6 ? Optional.of(cells[6]) : Optional.empty();
            return new Mutant(cells[0], cells[1], Path.of(cells[2]), cells[3], cells[4], List.of(cells[5].split(" ")), excuse);
        }

        String mutated() throws IOException {
            String source = Files.readString(file);
            if (source.indexOf(find) < 0 || source.indexOf(find) != source.lastIndexOf(find)) {
                throw new IllegalArgumentException("stale: `" + find + "` does not stand once in " + file);
            }
            return source.replace(find, replace);
        }

        Path module() {
            return file.getName(0);
        }
    }

    private Mutants() {}

    public static void main(String[] args) throws IOException {
        List<Mutant> mutants = Files.readAllLines(TABLE).stream().filter(line -> !line.startsWith("#")).map(Mutant::parse).toList();
        boolean isWhole = args.length == 0 || args[0].equals("--write");
        List<Mutant> chosen = isWhole ? mutants : mutants.stream().filter(each -> each.group().equals(args[0]) || each.what().contains(args[0])).toList();
        requireGreen(chosen);
        Map<Mutant, Optional<String>> killers = new LinkedHashMap<>();
        List<String> broken = new ArrayList<>();
        for (Mutant mutant : chosen) {
            Optional<String> killer;
            try {
                killer = killer(mutant);
            } catch (IllegalArgumentException unusable) {
                broken.add(mutant.group() + ": " + mutant.what());
                continue;
            }
            killers.put(mutant, killer);
            System.out.println(killer.map(by -> "killed    ").orElse("SURVIVED  ") + mutant.group() + ": " + mutant.what() + killer.map(by -> " (" + by + ")").orElse(""));
        }
        long survivors = killers.values().stream().filter(Optional::isEmpty).count();
        long unexcused = killers.entrySet().stream().filter(each -> each.getValue().isPresent() == each.getKey().excuse().isPresent()).count();
        broken.forEach(mutant -> System.out.println("BROKEN    " + mutant));
        System.out.println(chosen.size() + " mutants, " + survivors + " survived, " + unexcused + " against the table");
        if (args.length > 0 && args[0].equals("--write")) {
            Files.writeString(PAGE, page(killers));
        }
        System.exit(unexcused == 0 && broken.isEmpty() ? 0 : 1);
    }

    /** Without a mutation every test passes: else nothing would be proven by its failure. */
    private static void requireGreen(List<Mutant> mutants) throws IOException {
        Map<String, Path> modules = new TreeMap<>();
        mutants.forEach(mutant -> mutant.tests().forEach(test -> modules.put(test, mutant.module())));
        Path nothing = Files.createTempDirectory("unmutated");
        for (Map.Entry<String, Path> test : modules.entrySet()) {
            Optional<String> failed = failure(test.getValue(), nothing, List.of(test.getKey()));
            if (failed.isPresent()) {
                throw new IllegalStateException("fails without any mutant: " + failed.get());
            }
        }
    }

    private static Optional<String> killer(Mutant mutant) throws IOException {
        Path patch = Files.createTempDirectory("mutant");
        Path source = patch.resolve("source").resolve(mutant.file().getFileName());
        Files.createDirectories(source.getParent());
        Files.writeString(source, mutant.mutated());
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of("-proc:none", "-nowarn", "-d", patch.resolve("classes").toString(), "-cp", System.getProperty("java.class.path"));
        try (var files = javac.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            if (!javac.getTask(new PrintWriter(System.err, true), files, null, options, null, files.getJavaFileObjects(source)).call()) {
                throw new IllegalArgumentException("does not compile: " + mutant.what());
            }
        }
        return failure(mutant.module(), patch.resolve("classes"), mutant.tests());
    }

    /** The first test that fails, as {@code Class#method}. */
    private static Optional<String> failure(Path module, Path patch, List<String> tests) throws IOException {
        ExecutorService runner = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
        try (URLClassLoader loader = loader(module, patch)) {
            return runner.submit(() -> run(loader, module, tests)).get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return Optional.of("hung for " + SECONDS + " s");
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            runner.shutdownNow();
        }
    }

    private static Optional<String> run(ClassLoader loader, Path module, List<String> tests) throws IOException, ClassNotFoundException {
        Thread.currentThread().setContextClassLoader(loader);
        List<String> failed = new ArrayList<>();
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request().filters(EngineFilter.includeEngines("junit-jupiter"));
        for (String test : tests) {
            request.selectors(DiscoverySelectors.selectClass(Class.forName(nameOf(module, test), true, loader)));
        }
        execute(request.build(), failed);
        return failed.stream().findFirst();
    }

    private static void execute(LauncherDiscoveryRequest request, List<String> failed) {
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    failed.add(test.getSource().filter(MethodSource.class::isInstance).map(MethodSource.class::cast)
                            .map(method -> method.getClassName().replaceFirst(".*\\.", "") + "#" + method.getMethodName())
                            .orElse(test.getDisplayName()));
                }
            }
        });
    }

    private static String nameOf(Path module, String test) throws IOException {
        Path tests = module.resolve("target/test-classes");
        try (Stream<Path> classes = Files.find(tests, 20, (path, _) -> path.endsWith(test + ".class"))) {
            Path found = classes.findFirst().orElseThrow(() -> new IllegalArgumentException("no test class " + test));
            return tests.relativize(found).toString().replace(".class", "").replace('/', '.');
        }
    }

    /** Classes of the project are this loader's own; libraries are everybody's. */
    private static URLClassLoader loader(Path module, Path patch) {
        URL[] own = Stream.of(patch, module.resolve("target/classes"), module.resolve("target/test-classes"), Path.of("gateway-core/target/classes"))
                .map(Mutants::url).toArray(URL[]::new);
        return new URLClassLoader(own, Mutants.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (!name.startsWith("dev.sallyport.")) {
                    return super.loadClass(name, resolve);
                }
                synchronized (getClassLoadingLock(name)) {
                    Class<?> loaded = findLoadedClass(name);
                    return loaded == null ? findClass(name) : loaded;
                }
            }

            @Override
            public URL getResource(String name) {
                URL found = findResource(name);
                return found == null ? super.getResource(name) : found;
            }
        };
    }

    private static URL url(Path folder) {
        try {
            return URI.create("file:" + folder.toAbsolutePath() + "/").toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String page(Map<Mutant, Optional<String>> killers) {
        StringBuilder page = new StringBuilder("""
                # Mutants

                Each row disables one check of the gateway; the test that is named fails then. `mutants/run` tries them all,
                `mutants/run GROUP` a group, and `mutants/run --write` writes this page. A row whose text is no longer in the code fails
                the build.

                | group | what is disabled | noticed by |
                |---|---|---|
                """);
        killers.forEach((mutant, killer) -> page.append("| ").append(mutant.group()).append(" | ").append(mutant.what()).append(" | ")
                .append(killer.map(by -> "`" + by + "`").orElse("nobody: " + mutant.excuse().orElse("**a gap**"))).append(" |\n"));
        return page.toString();
    }
}
