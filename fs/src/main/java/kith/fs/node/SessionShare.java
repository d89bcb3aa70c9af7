package kith.fs.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The share of the processors that this process' session has beside others, where Linux shares them
 * out by session: there nice levels count within a session only. Without effect where it does not,
 * as in the control groups of systemd, and where the session is somebody else's. For one thread at
 * a time.
 */
final class SessionShare {
  private static final Logger LOG = LoggerFactory.getLogger(SessionShare.class);
  private static final Path FILE = Path.of("/proc/self/autogroup");

  private final Path file;
  private int set;
  private boolean works;

  private SessionShare(Path file, boolean works) {
    this.file = file;
    this.works = works;
  }

  static SessionShare of(SchedulingCalls calls) {
    boolean own = calls.getsid(0) == ProcessHandle.current().pid();
    return new SessionShare(FILE, own && Files.isWritable(FILE));
  }

  static SessionShare at(Path file) {
    return new SessionShare(file, true);
  }

  /** Sets its nice level, 0 to 19. */
  void nice(int level) {
    if (!works || level == set) {
      return;
    }
    try {
      Files.writeString(file, String.valueOf(level));
      set = level;
    } catch (IOException e) {
      // EAGAIN: somebody else did so a moment ago. The next time, then.
      works = String.valueOf(e.getMessage()).contains("temporarily");
      LOG.debug("the session keeps its share: {}", e.getMessage());
    }
  }
}
