package ai.nexadesk.webhooks;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import jakarta.ws.rs.core.Response;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

@DisplayName("The house")
class ArchitectureTest {

    private static final String ROOT = "ai.nexadesk.webhooks";
    private static final String[] FEATURES = packages("workspace", "webhook", "event", "delivery", "embedded");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    @DisplayName("has no circles between its packages")
    void noCircles() {
        SlicesRuleDefinition.slices()
                .matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    @DisplayName("lets the shared packages know no feature")
    void sharedKnowsNoFeature() {
        forbid(packages("api", "web", "catalog", "tracing"), FEATURES);
        forbid(
                packages("sending"),
                packages("workspace", "webhook", "event", "delivery", "api", "web", "catalog", "embedded"));
    }

    @Test
    @DisplayName("imports its features in one direction: workspace, webhook, event, delivery")
    void oneDirection() {
        forbid(packages("workspace"), packages("webhook", "event", "delivery", "sending", "catalog"));
        forbid(packages("webhook"), packages("event", "delivery"));
        forbid(packages("event"), packages("delivery"));
    }

    @Test
    @DisplayName("lets nothing know the evaluation mode's package")
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
    @DisplayName("sends without a framework: no CDI, no Quarkus, no database")
    void sendingIsPlain() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".sending..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..", "java.sql..", "javax.sql..", "org.hibernate..")
                .check(CLASSES);
    }

    @Test
    @DisplayName("sends browsers on by paths only, which Response.seeOther and its like do not")
    void redirectsByPath() {
        noClasses()
                .should()
                .callMethodWhere(target(owner(assignableTo(Response.class)))
                        .and(target(nameMatching("seeOther|temporaryRedirect"))))
                .check(CLASSES);
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

    private static String[] packages(String... names) {
        var packages = names.clone();
        for (int i = 0; i < names.length; i++) {
            packages[i] = ROOT + "." + names[i] + "..";
        }
        return packages;
    }
}
