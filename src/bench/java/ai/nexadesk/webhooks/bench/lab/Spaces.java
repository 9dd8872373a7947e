package ai.nexadesk.webhooks.bench.lab;

import io.quarkus.elytron.security.common.BcryptUtil;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Creates the workspaces of a run: their rows as NexaDesk writes them, and their webhooks over the REST API. */
final class Spaces {

    static final String PASSWORD = "benchmark password";

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int BCRYPT_COST = 10;

    private final Database database;
    private final Application application;
    private final SinkProcess sink;

    Spaces(Database database, Application application, SinkProcess sink) {
        this.database = database;
        this.application = application;
        this.sink = sink;
    }

    /** Creates a workspace for each number, with that many webhooks. */
    List<Space> make(List<Integer> fanOuts) throws IOException, SQLException {
        var spaces = new ArrayList<Space>();
        var passwordHash = BcryptUtil.bcryptHash(PASSWORD, BCRYPT_COST);
        int next = 0;
        for (int fanOut : fanOuts) {
            var id = "ws_bench%07d".formatted(spaces.size());
            var key = key();
            store(id, key, passwordHash);
            var webhooks = new ArrayList<String>();
            for (int i = 0; i < fanOut; i++) {
                webhooks.add(createWebhook(id, key, next + i));
            }
            spaces.add(new Space(id, key, next, List.copyOf(webhooks)));
            next += fanOut;
        }
        return spaces;
    }

    private void store(String id, String key, String passwordHash) throws SQLException, IOException {
        try (var connection = database.connect();
                var workspace = connection.prepareStatement("insert into workspace (id, name) values (?, ?)");
                var person = connection.prepareStatement(
                        "insert into person (workspace_id, email, name, password_hash, role) values (?, ?, ?, ?, 'admin')");
                var apiKey =
                        connection.prepareStatement("insert into api_key (workspace_id, name, prefix, key_hash, scopes)"
                                + " values (?, 'Benchmark', ?, ?, '{read,write}')")) {
            workspace.setString(1, id);
            workspace.setString(2, id);
            workspace.execute();
            person.setString(1, id);
            person.setString(2, email(id));
            person.setString(3, "Admin");
            person.setString(4, passwordHash);
            person.execute();
            apiKey.setString(1, id);
            apiKey.setString(2, key.substring(0, 12));
            apiKey.setBytes(3, sha256(key));
            apiKey.execute();
        }
    }

    static String email(String workspace) {
        return workspace + "@example.com";
    }

    private String createWebhook(String workspace, String key, int endpoint) throws IOException {
        var draft = new JsonObject().put("url", sink.url(endpoint)).put("events", new JsonArray().add("lead.created"));
        var answer = application.post(
                "/api/v1/external/webhooks", "Authorization", "Bearer " + key, "application/json", draft.encode());
        if (answer.statusCode() != 201) {
            throw new IOException("A webhook was not created: " + answer.statusCode() + " " + answer.body());
        }
        var data = new JsonObject(answer.body()).getJsonObject("data");
        var webhook = data.getJsonObject("webhook", data);
        if (!"active".equals(webhook.getString("status"))) {
            throw new IOException("A webhook is not active: " + answer.body());
        }
        sink.know(endpoint, workspace, data.getString("secret"));
        return webhook.getString("id");
    }

    /** A key in the format of API keys, with its checksum. */
    private static String key() {
        var random = new SecureRandom();
        var key = new StringBuilder("fc_live_");
        for (int i = 0; i < 30; i++) {
            key.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        var crc = new CRC32();
        crc.update(key.toString().getBytes(StandardCharsets.US_ASCII));
        var digits = new StringBuilder();
        for (long rest = crc.getValue(); digits.length() < 6; rest /= DIGITS.length()) {
            digits.append(DIGITS.charAt((int) (rest % DIGITS.length())));
        }
        return key.append(digits.reverse()).toString();
    }

    private static byte[] sha256(String text) throws IOException {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
