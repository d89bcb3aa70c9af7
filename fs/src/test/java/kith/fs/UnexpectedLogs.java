package kith.fs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails each test that logs a WARNING or an ERROR that it doesn't expect. Registered for all tests
 * that have this class on their class path.
 */
public final class UnexpectedLogs implements BeforeEachCallback, AfterEachCallback {
  /** The test, or all tests of the class, may log problems whose message matches. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE})
  public @interface Expected {
    /** A regular expression to be found in the message. */
    String value();
  }

  private static final class Collector extends AppenderBase<ILoggingEvent> {
    private final List<ILoggingEvent> problems = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
        problems.add(event);
      }
    }
  }

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(UnexpectedLogs.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    var collector = new Collector();
    collector.start();
    root().addAppender(collector);
    context.getStore(NAMESPACE).put("collector", collector);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    var collector = context.getStore(NAMESPACE).remove("collector", Collector.class);
    root().detachAppender(collector);
    for (ILoggingEvent problem : collector.problems) {
      if (!isExpected(context, problem.getFormattedMessage())) {
        throw new AssertionError(
            "unexpected log: "
                + problem
                + ((problem.getThrowableProxy() == null)
                    ? ""
                    : " ("
                        + problem.getThrowableProxy().getClassName()
                        + ": "
                        + problem.getThrowableProxy().getMessage()
                        + ")"));
      }
    }
  }

  private static boolean isExpected(ExtensionContext context, String message) {
    return matches(context.getRequiredTestMethod().getAnnotation(Expected.class), message)
        || matches(context.getRequiredTestClass().getAnnotation(Expected.class), message);
  }

  private static boolean matches(Expected expected, String message) {
    return expected != null && Pattern.compile(expected.value()).matcher(message).find();
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
