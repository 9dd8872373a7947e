package ai.nexadesk.webhooks.testing.text;

import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

import java.util.Arrays;

/**
 * A JavaScript engine that follows the ECMAScript standard (GraalJS). It shows what a receiver in JavaScript sees. Each
 * thread may use only one at a time, and must close it.
 */
public final class JavaScript implements AutoCloseable {

    private final Context context = Context.newBuilder("js")
            // Compiling these scripts to machine code is not worthwhile, and the warning about that is noise.
            .option("engine.WarnInterpreterOnly", "false")
            .build();
    private final Value stringifyParsed = context.eval("js", "text => JSON.stringify(JSON.parse(text))");

    /** A Java function that scripts may call. */
    @FunctionalInterface
    public interface HostFunction {
        /** Takes the arguments as text, and returns text, a number or a boolean. */
        Object call(String... arguments);
    }

    /** The result of {@code JSON.stringify(JSON.parse(json))}. */
    public String stringifyParsed(String json) {
        return stringifyParsed.execute(json).asString();
    }

    /** Defines {@code function} as the global {@code name} for scripts. */
    public JavaScript define(String name, HostFunction function) {
        ProxyExecutable called = arguments ->
                function.call(Arrays.stream(arguments).map(Value::asString).toArray(String[]::new));
        context.getBindings("js").putMember(name, called);
        return this;
    }

    /** Runs a script. Afterward, the functions that it declares can be called. */
    public JavaScript run(String script) {
        context.eval("js", script);
        return this;
    }

    /**
     * Calls a function of a script.
     *
     * @return text, a number, a boolean or null, as a Java value
     */
    public <T> T call(String function, Class<T> result, Object... arguments) {
        return context.getBindings("js").getMember(function).execute(arguments).as(result);
    }

    @Override
    public void close() {
        context.close();
    }
}
