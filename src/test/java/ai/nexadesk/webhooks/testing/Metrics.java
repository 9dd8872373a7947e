package ai.nexadesk.webhooks.testing;

import static io.restassured.RestAssured.given;

/** The metrics that Prometheus would scrape. */
public final class Metrics {

    private Metrics() {}

    public static String scrape() {
        return given().get("/q/metrics").then().statusCode(200).extract().asString();
    }

    /** The value of one series, which is a metric's name with its labels, if any. */
    public static double value(String series) {
        return scrape().lines()
                .filter(line -> line.startsWith(series + " "))
                .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no " + series));
    }
}
