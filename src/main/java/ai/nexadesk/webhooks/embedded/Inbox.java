package ai.nexadesk.webhooks.embedded;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jakarta.inject.Singleton;

/** The built-in test receivers, in memory: the newest requests of each, and how each responds. */
@Singleton
class Inbox {

    private static final int REQUESTS = 50;
    private static final int TOKENS = 100;

    private static final class Box {
        final Deque<Received> received = new ArrayDeque<>();
        int count;
        Reply reply = Reply.OK;
    }

    /** The least recently used inbox is removed first. */
    private final Map<String, Box> boxes = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Box> eldest) {
            return size() > TOKENS;
        }
    };

    /**
     * A response of a test receiver.
     *
     * @param name the name in forms
     * @param status the HTTP status
     * @param seconds the delay before the response
     * @param label the description for people
     */
    record Reply(String name, int status, int seconds, String label) {

        static final Reply OK = new Reply("200", 200, 0, "200 OK");

        static final List<Reply> ALL = List.of(
                OK,
                new Reply("204", 204, 0, "204 No Content"),
                new Reply("400", 400, 0, "400 Bad Request"),
                new Reply("401", 401, 0, "401 Unauthorized"),
                new Reply("410", 410, 0, "410 Gone"),
                new Reply("429", 429, 0, "429 Too Many Requests"),
                new Reply("500", 500, 0, "500 Internal Server Error"),
                new Reply("503", 503, 0, "503 Service Unavailable"),
                new Reply("slow", 200, 6, "200 OK after 6 seconds (timeout)"));

        static Optional<Reply> of(String name) {
            return ALL.stream().filter(reply -> reply.name.equals(name)).findFirst();
        }
    }

    /**
     * A received request.
     *
     * @param number the number within its inbox, from 1
     * @param at when it arrived
     * @param headers the headers in order, with names in lower case
     * @param body the body
     */
    record Received(int number, Instant at, List<Map.Entry<String, String>> headers, byte[] body) {

        /** The first value of a header, or an empty text. */
        String header(String name) {
            return headers.stream()
                    .filter(header -> header.getKey().equals(name))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse("");
        }
    }

    /** Stores a request and returns how to respond. */
    synchronized Reply keep(String token, Instant at, List<Map.Entry<String, String>> headers, byte[] body) {
        var box = box(token);
        box.received.addFirst(new Received(++box.count, at, headers, body));
        if (box.received.size() > REQUESTS) {
            box.received.removeLast();
        }
        return box.reply;
    }

    /** The received requests, newest first. */
    synchronized List<Received> list(String token) {
        return List.copyOf(box(token).received);
    }

    synchronized Reply reply(String token) {
        return box(token).reply;
    }

    synchronized void reply(String token, Reply reply) {
        box(token).reply = reply;
    }

    private Box box(String token) {
        return boxes.computeIfAbsent(token, unused -> new Box());
    }
}
