package ai.nexadesk.webhooks;

import ai.nexadesk.webhooks.webhook.DisableWarnings;
import ai.nexadesk.webhooks.webhook.WebhookHealth;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.ReferencedClassObject;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.smallrye.config.ConfigMapping;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jakarta.ws.rs.core.Response;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The architecture")
class ArchitectureTest {

    private static final String ROOT = "ai.nexadesk.webhooks";

    /** A package in the table of architecture.md. */
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    /** A reference to a bean in a template. */
    private static final Pattern BEAN = Pattern.compile("cdi:(\\w+)");

    /**
     * The beans that templates may name: those of the package web, and those named by interfaces of the package
     * webhook.
     */
    private static final Set<String> BEANS = Set.of(
            "assets", "egress", "page", "preferences", "samples", "times", DisableWarnings.BEAN, WebhookHealth.BEAN);

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    @DisplayName("has no cycles between its packages")
    void noCyclesBetweenPackages() {
        SlicesRuleDefinition.slices()
                .matching("(" + ROOT + "..)")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    @DisplayName("has no cycles between its classes")
    void noCyclesBetweenClasses() {
        SlicesRuleDefinition.slices()
                .assignedFrom(new TopLevelClasses())
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    @DisplayName("has no package with more than 25 files")
    void noCrowdedPackage() throws IOException {
        try (var files = Files.walk(Path.of("src"))) {
            var sizes = files.filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));
            assertThat(sizes)
                    .allSatisfy((folder, count) ->
                            assertThat(count).as("files in %s", folder).isLessThanOrEqualTo(25));
        }
    }

    @Test
    @DisplayName("has no package that imports from above its row in the documented table")
    void oneDirection() throws IOException {
        var rows = rows();
        assertThat(CLASSES)
                .filteredOn(type -> rows.containsKey(type.getPackageName()))
                .allSatisfy(type -> assertThat(type.getDirectDependenciesFromSelf())
                        .map(Dependency::getTargetClass)
                        .filteredOn(target -> rows.containsKey(target.getPackageName()))
                        .as("imports of %s from above its row", type.getName())
                        .allMatch(target -> rows.get(target.getPackageName()) >= rows.get(type.getPackageName())));
    }

    @Test
    @DisplayName("has only documented packages")
    void documented() throws IOException {
        assertThat(rows().keySet())
                .containsExactlyInAnyOrderElementsOf(CLASSES.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> !name.equals(ROOT))
                        .collect(Collectors.toSet()));
    }

    /** The packages with their rows in the table of architecture.md. A name with a leading dot continues the one before. */
    private static Map<String, Integer> rows() throws IOException {
        var text = Files.readString(Path.of("src/docs/architecture.md"));
        var table = text.substring(text.indexOf("| Package |"));
        var rows = new HashMap<String, Integer>();
        int row = 0;
        for (var line : table.substring(0, table.indexOf("\n\n")).split("\n")) {
            var parent = "";
            for (var name : NAME.matcher(line.split("\\|")[1]).results().toList()) {
                parent = parent.isEmpty() ? ROOT + '.' + name.group(1).replaceFirst("\\..*", "") : parent;
                rows.put(name.group(1).startsWith(".") ? parent + name.group(1) : ROOT + '.' + name.group(1), row);
            }
            row++;
        }
        return rows;
    }

    @Test
    @DisplayName("has no template that names a bean of a higher package")
    void templatesNameNoUpperBeans() throws IOException {
        try (var files = Files.walk(Path.of("src/main/resources/templates"))) {
            assertThat(files.filter(Files::isRegularFile)).allSatisfy(file -> assertThat(
                            BEAN.matcher(Files.readString(file)).results().map(match -> match.group(1)))
                    .as("beans named in %s", file)
                    .allMatch(BEANS::contains));
        }
    }

    @Test
    @DisplayName("knows every setting before it starts")
    void knowsEverySetting() {
        assertThat(CLASSES.get(ROOT + ".embedded.KnownSettings").getReferencedClassObjects())
                .as("interfaces in KnownSettings")
                .extracting(ReferencedClassObject::getRawType)
                .containsAll(CLASSES.that(annotatedWith(ConfigMapping.class)));
    }

    @Test
    @DisplayName("sends without a framework: no CDI, no Quarkus, no database")
    void sendingIsPlain() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".outbound..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..", "jakarta..", "java.sql..", "javax.sql..", "org.hibernate..", "org.jdbi..")
                .check(CLASSES);
    }

    @Test
    @DisplayName("redirects browsers by path only, not by Response.seeOther and similar methods")
    void redirectsByPath() {
        noClasses()
                .should()
                .callMethodWhere(target(owner(assignableTo(Response.class)))
                        .and(target(nameMatching("seeOther|temporaryRedirect"))))
                .check(CLASSES);
    }

    /** Counts a nested class as the top-level class that contains it. */
    private static final class TopLevelClasses implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""));
        }

        @Override
        public String getDescription() {
            return "every top-level class";
        }
    }
}
