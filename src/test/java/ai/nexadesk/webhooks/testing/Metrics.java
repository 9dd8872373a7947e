package ai.nexadesk.webhooks.testing;

import static io.restassured.RestAssured.given;

/** What Prometheus would read. */
public final class Metrics {

    private Metrics() {}

    public static String scrape() {
        return given().get("/q/metrics").then().statusCode(200).extract().asString();
    }

    /** The value of one series: a metric's name, with its labels if it has some. */
    public static double value(String series) {
        return scrape().lines()
                .filter(line -> line.startsWith(series + " "))
                .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no " + series));
    }
}
