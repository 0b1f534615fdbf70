package dev.sallyport.core.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "dev.sallyport.core.";

    /** A package imports only packages before it. */
    private static final List<String> ORDER = List.of(
            "port", "http", "tls", "reject", "identity", "jose", "key", "oauth", "state", "auth", "policy", "upstream", "route", "login", "token", "config", "gateway");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sallyport.core");

    @Test
    void packagesImportOnlyPackagesAboveThem() {
        List<String> upward = CLASSES.stream()
                .flatMap(origin -> origin.getDirectDependenciesFromSelf().stream())
                .filter(ArchitectureTest::isUpward)
                .map(Dependency::getDescription)
                .toList();
        assertThat(upward).isEmpty();
    }

    @Test
    void everyPackageHasItsPlace() {
        assertThat(CLASSES.stream().map(ArchitectureTest::room).distinct()).isSubsetOf(ORDER);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.sallyport.core.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void coreOpensNothingAndLogsNothing() {
        noClasses().should().dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "org.slf4j..", "java.net.http..", "ch.qos..", "java.util.logging..")
                .check(CLASSES);
        noClasses().should().dependOnClassesThat()
                .haveNameMatching("java\\.nio\\.file\\.Files|java\\.io\\.File.*|java\\.net\\.(Server)?Socket|java\\.lang\\.Thread")
                .check(CLASSES);
    }

    @Test
    void joseAloneKnowsNimbusAndConfigAloneKnowsYaml() {
        noClasses().that().resideOutsideOfPackage("dev.sallyport.core.jose..").should().dependOnClassesThat()
                .resideInAPackage("com.nimbusds..").allowEmptyShould(true).check(CLASSES);
        noClasses().that().resideOutsideOfPackage("dev.sallyport.core.config..").should().dependOnClassesThat()
                .resideInAPackage("org.snakeyaml..").check(CLASSES);
    }

    @Test
    void nothingRunsOnThePoolThatEverybodyShares() {
        noClasses().should().callMethod(ForkJoinPool.class, "commonPool").check(CLASSES);
        List<String> executorless = CLASSES.stream()
                .flatMap(origin -> origin.getMethodCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().getName().startsWith("java.util.concurrent.Completable")
                        || call.getTargetOwner().getName().equals("java.util.concurrent.CompletionStage"))
                .filter(call -> call.getName().endsWith("Async")
                        && call.getTarget().getRawParameterTypes().stream().noneMatch(type -> type.getName().equals("java.util.concurrent.Executor")))
                .map(call -> call.getDescription())
                .toList();
        assertThat(executorless).isEmpty();
    }

    /** A record prints all that it has, into whatever log or message it gets. */
    @Test
    void recordsThatHoldATokenSayWhatTheyPrint() {
        List<String> talkative = CLASSES.stream()
                .filter(type -> type.isRecord() && type.getFields().stream().anyMatch(ArchitectureTest::isToken))
                // The compiler's own is final.
                .filter(type -> type.getMethod("toString").getModifiers().contains(JavaModifier.FINAL))
                .map(JavaClass::getName)
                .toList();
        assertThat(talkative).isEmpty();
    }

    private static boolean isToken(JavaField field) {
        return !field.getModifiers().contains(JavaModifier.STATIC)
                && field.getRawType().isEquivalentTo(String.class)
                && field.getName().toLowerCase(Locale.ROOT).endsWith("token");
    }

    private static boolean isUpward(Dependency dependency) {
        JavaClass target = dependency.getTargetClass();
        return target.getPackageName().startsWith(ROOT)
                && ORDER.indexOf(room(target)) > ORDER.indexOf(room(dependency.getOriginClass()));
    }

    private static String room(JavaClass type) {
        String below = type.getPackageName().substring(ROOT.length());
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }
}
