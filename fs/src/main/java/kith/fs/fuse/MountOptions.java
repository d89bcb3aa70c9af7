package kith.fs.fuse;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * How to mount.
 *
 * @param clock says what the time is for those who set a file's time to now
 * @param threads how many requests can be served at once. Two suffice for local work on two CPUs;
 *     reads that wait for partners hold a thread each
 * @param attributeTimeout how long the kernel may trust attributes without asking. Through the path
 *     interface each name of a file is a file of its own to the kernel, so that after a change made
 *     through one name the others show the old size, times and link count for that long
 * @param entryTimeout how long the kernel may trust that a name exists. Names changed other than
 *     through the mount are seen late by as much
 */
public record MountOptions(
    InstantSource clock, int threads, Duration attributeTimeout, Duration entryTimeout) {
  private static final int MAX_THREADS = 64;

  public MountOptions {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(threads + " threads, not 1 to " + MAX_THREADS);
    }
  }

  /** Four threads, attributes always asked for, names trusted for a second. */
  public static MountOptions standard(InstantSource clock) {
    return new MountOptions(clock, 4, Duration.ZERO, Duration.ofSeconds(1));
  }

  /**
   * libfuse's command line.
   *
   * @param everybody whether other users may use the mount, as only root may let them
   */
  List<String> arguments(boolean everybody) {
    // default_permissions: the kernel checks modes; with allow_other nobody would otherwise
    String list =
        "fsname=kith,subtype=kith,big_writes,use_ino,default_permissions"
            + ",attr_timeout="
            + seconds(attributeTimeout)
            + ",entry_timeout="
            + seconds(entryTimeout)
            + (everybody ? ",allow_other" : "");
    return List.of("kith", "-f", "-o", list);
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + "." + (1000 + duration.toMillisPart() + "").substring(1);
  }
}
