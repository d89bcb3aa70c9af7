package kith.fs.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.Map;

/** Commands that ask a node something, in this process: what a process of its own costs most. */
public final class AskedHere {
  private AskedHere() {}

  /**
   * What a command came to.
   *
   * @param code its exit code
   * @param out what it printed
   * @param err what it said
   */
  public record Answer(int code, String out, String err) {}

  /** Runs a command that starts no node. */
  public static Answer run(Map<String, String> environment, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var surroundings =
        new Surroundings(
            InputStream.nullInputStream(),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            false,
            environment::get,
            null,
            InstantSource.system(),
            () -> {
              throw new IllegalStateException("a command that starts a node");
            });
    int code = KithCommand.run(surroundings, arguments);
    return new Answer(code, out.toString(), err.toString());
  }
}
