package ai.nexadesk.webhooks.bench.fault;

import ai.nexadesk.webhooks.bench.lab.Application;
import ai.nexadesk.webhooks.bench.lab.Lab;
import ai.nexadesk.webhooks.bench.lab.Session;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Simulates people of all workspaces who repeatedly read the log of a webhook on the first replica, regardless of the
 * responses.
 */
final class Readers {

    /** More than the database connections of the pages, even though some readers pause. */
    private static final int PEOPLE = 30;

    private static final int PAUSE_MILLIS = 2_000;

    private final ConcurrentSkipListMap<String, Integer> answers = new ConcurrentSkipListMap<>();
    private final List<Thread> people = new ArrayList<>();
    private volatile boolean ends;

    private Readers() {}

    /** Starts reading. */
    static Readers start(Lab lab) throws IOException {
        var readers = new Readers();
        for (int i = 0; i < PEOPLE; i++) {
            var space = lab.spaces().get(i % lab.spaces().size());
            var cookie = Session.signIn(lab, space);
            var page = "/settings/webhooks/" + space.webhooks().get(0) + "/logs";
            var person = new Thread(() -> readers.read(lab.application(), page, cookie));
            person.setDaemon(true);
            person.start();
            readers.people.add(person);
        }
        return readers;
    }

    private void read(Application application, String page, String cookie) {
        while (!ends) {
            answers.merge(answer(application, page, cookie), 1, Integer::sum);
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static String answer(Application application, String page, String cookie) {
        try {
            return Integer.toString(application.get(page, cookie).statusCode());
        } catch (HttpTimeoutException e) {
            return "timeout";
        } catch (IOException e) {
            return "none";
        }
    }

    /** Stops reading, and prints the results. */
    void end() {
        ends = true;
        people.forEach(Thread::interrupt);
        System.out.println("  responses to readers of the log: " + answers);
    }
}
