package kith.fs.cli;

import java.nio.file.Path;
import kith.codec.NativeCrypto;
import kith.fs.node.NodeRunner;
import kith.fs.node.Progress;
import kith.fs.node.ProgressSink;
import kith.fs.node.Running;
import kith.fs.node.StartReport;

/**
 * Being a node or a view in this process: in the foreground of a terminal, or detached, where the
 * starting process is told.
 */
final class Presence implements ProgressSink, AutoCloseable {
  /** Makes what then runs. */
  interface Starting {
    Running start(ProgressSink progress) throws Exception;
  }

  private final KithCommand kith;
  private final StartReport report;
  private final ProgressLine line;

  private Presence(KithCommand kith, StartReport report) {
    this.kith = kith;
    this.report = report;
    this.line = new ProgressLine(kith.surroundings());
  }

  /** At a terminal, or under a supervisor such as systemd. */
  static Presence foreground(KithCommand kith) {
    LogFiles.toStandardError();
    return new Presence(kith, null);
  }

  /** Started by {@link Detacher}. */
  static Presence detached(KithCommand kith) throws Exception {
    LogFiles.toFile(kith.home());
    return new Presence(kith, new StartReport(System.out));
  }

  /** Runs until it ends; the exit code is 0 then. */
  int run(Path socket, String what, Starting starting) throws Exception {
    boolean[] ready = {false};
    try {
      NativeCrypto.install();
      var running = starting.start(this);
      NodeRunner.run(
          running,
          socket,
          () -> {
            ready[0] = true;
            announce(what);
          });
      return 0;
    } catch (Exception | LinkageError e) {
      if (report != null && !ready[0]) {
        report.failed(e);
      }
      throw e;
    }
  }

  private void announce(String what) {
    if (report == null) {
      line.clear();
      kith.surroundings().err().println(what);
    } else {
      report.ready();
      System.out.close();
    }
  }

  @Override
  public boolean report(Progress progress) {
    return report == null ? line.report(progress) : report.report(progress);
  }

  @Override
  public void close() {
    line.close();
  }
}
