package ai.nexadesk.webhooks.testing.text;

import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

import java.util.Arrays;

/**
 * A JavaScript engine that follows the standard (ECMAScript, by GraalJS), as the judge of what a receiver in JavaScript
 * sees. One at a time per thread; close it after use.
 */
public final class JavaScript implements AutoCloseable {

    private final Context context = Context.newBuilder("js")
            // Nothing here is worth compiling to machine code, and the warning about that is noise.
            .option("engine.WarnInterpreterOnly", "false")
            .build();
    private final Value stringifyParsed = context.eval("js", "text => JSON.stringify(JSON.parse(text))");

    /** A function in Java that scripts may call. */
    @FunctionalInterface
    public interface HostFunction {
        /** Takes the arguments as text, and gives text, a number or a boolean. */
        Object call(String... arguments);
    }

    /** What {@code JSON.stringify(JSON.parse(json))} gives. */
    public String stringifyParsed(String json) {
        return stringifyParsed.execute(json).asString();
    }

    /** Makes {@code function} known to scripts as the global {@code name}. */
    public JavaScript define(String name, HostFunction function) {
        ProxyExecutable called = arguments ->
                function.call(Arrays.stream(arguments).map(Value::asString).toArray(String[]::new));
        context.getBindings("js").putMember(name, called);
        return this;
    }

    /** Runs a script; the functions that it declares can then be called. */
    public JavaScript run(String script) {
        context.eval("js", script);
        return this;
    }

    /**
     * Calls a function of a script.
     *
     * @return text, a number, a boolean or null, as Java has them
     */
    public <T> T call(String function, Class<T> result, Object... arguments) {
        return context.getBindings("js").getMember(function).execute(arguments).as(result);
    }

    @Override
    public void close() {
        context.close();
    }
}
