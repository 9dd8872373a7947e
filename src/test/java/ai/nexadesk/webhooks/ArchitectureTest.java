package ai.nexadesk.webhooks;

import ai.nexadesk.webhooks.webhook.DisableWarnings;
import ai.nexadesk.webhooks.webhook.WebhookHealth;
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
    private static final String[] FEATURES = packages("access", "webhook", "event", "delivery", "alert", "embedded");

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
    @DisplayName("keeps the shared packages independent of features")
    void sharedKnowsNoFeature() {
        forbid(packages("api", "web", "catalog", "tracing"), FEATURES);
        forbid(
                packages("outbound"),
                packages("access", "webhook", "event", "delivery", "alert", "api", "web", "catalog", "embedded"));
    }

    @Test
    @DisplayName("imports its features in one direction: access, webhook, event, delivery, alert")
    void oneDirection() {
        forbid(packages("access"), packages("webhook", "event", "delivery", "outbound", "catalog"));
        forbid(packages("webhook"), packages("event", "delivery"));
        forbid(packages("event"), packages("delivery"));
        forbid(packages("access", "webhook", "event", "delivery"), packages("alert"));
    }

    @Test
    @DisplayName("imports the packages of delivery in one direction: record, queue, dispatch, log, retry")
    void oneDirectionInDelivery() {
        forbid(exactly("delivery"), packages("delivery.queue", "delivery.dispatch", "delivery.log", "delivery.retry"));
        forbid(packages("delivery.queue"), packages("delivery.dispatch", "delivery.log", "delivery.retry"));
        forbid(packages("delivery.dispatch"), packages("delivery.log", "delivery.retry"));
        forbid(packages("delivery.log"), packages("delivery.retry"));
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
    @DisplayName("has no package that imports the evaluation mode")
    void nothingKnowsEmbedded() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".embedded..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".embedded..")
                .check(CLASSES);
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

    private static void forbid(String[] from, String[] to) {
        noClasses()
                .that()
                .resideInAnyPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .check(CLASSES);
    }

    private static String[] exactly(String name) {
        return new String[] {ROOT + "." + name};
    }

    private static String[] packages(String... names) {
        var packages = names.clone();
        for (int i = 0; i < names.length; i++) {
            packages[i] = ROOT + "." + names[i] + "..";
        }
        return packages;
    }
}
