package kith.fs.fuse;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * How to mount.
 *
 * @param clock says what the time is for those who set a file's time to now
 * @param threads how many requests can be served at once; by inode numbers no more than there are
 *     processors
 * @param readThreads how many more may wait for partners, where they don't hold one of the threads
 * @param spinMicros how long one thread asks for the next request before it sleeps, by inode
 *     numbers only; 0 for not at all, best where everything runs on one CPU
 * @param trust for the binding by paths
 */
public record MountOptions(
    InstantSource clock,
    Binding binding,
    int threads,
    int readThreads,
    int spinMicros,
    Trust trust) {
  /** What {@code spinMicros} is best for two CPUs and more. */
  public static final int SPIN_MICROS = 50;

  private static final int MAX_THREADS = 64;
  private static final int MAX_SPIN_MICROS = 10_000;

  /** By what the kernel's requests reach the drive. */
  public enum Binding {
    /** By inode numbers if libfuse3 is there, else by paths. */
    AUTO,
    /** By inode numbers, through libfuse3. */
    LOW_LEVEL,
    /** By paths, through libfuse 2. */
    PATH
  }

  /**
   * How long the kernel may trust what it knows, where requests come by paths.
   *
   * @param attributes to the kernel each name of a file is then a file of its own, so that after a
   *     change made through one name the others show the old size, times and link count for that
   *     long
   * @param entries names changed other than through the mount are seen late by as much
   */
  public record Trust(Duration attributes, Duration entries) {
    /** Attributes are always asked for, names trusted for a second. */
    public static final Trust STANDARD = new Trust(Duration.ZERO, Duration.ofSeconds(1));
  }

  public MountOptions {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(threads + " threads, not 1 to " + MAX_THREADS);
    }
    if (readThreads < 1 || readThreads > MAX_THREADS) {
      throw new IllegalArgumentException(readThreads + " threads, not 1 to " + MAX_THREADS);
    }
    if (spinMicros < 0 || spinMicros > MAX_SPIN_MICROS) {
      throw new IllegalArgumentException(spinMicros + " us, not 0 to " + MAX_SPIN_MICROS);
    }
  }

  /** Four threads, and sixteen that may wait. */
  public static MountOptions standard(InstantSource clock) {
    return new MountOptions(clock, Binding.AUTO, 4, 16, SPIN_MICROS, Trust.STANDARD);
  }

  /** How many writes may wait for room: where they hold threads, one is left for who makes it. */
  public int writersHeldBack() {
    return Math.max(1, threads - 1);
  }

  /**
   * How many threads take requests by inode numbers, where none of them ever waits: no more than
   * there are processors, because more only wake each other; but two, lest a read of the disk keep
   * all others waiting.
   */
  int takers() {
    return Math.min(threads, Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  /** The same with another binding. */
  public MountOptions with(Binding other) {
    return new MountOptions(clock, other, threads, readThreads, spinMicros, trust);
  }

  /**
   * libfuse 2's command line.
   *
   * @param everybody whether other users may use the mount, as only root may let them
   */
  List<String> pathArguments(boolean everybody) {
    String list =
        common(everybody)
            + ",big_writes,use_ino,attr_timeout="
            + seconds(trust.attributes)
            + ",entry_timeout="
            + seconds(trust.entries);
    return List.of("kith", "-f", "-o", list);
  }

  /**
   * libfuse3's command line.
   *
   * @param everybody whether other users may use the mount, as only root may let them
   */
  List<String> lowArguments(boolean everybody) {
    return List.of("kith", "-o", common(everybody));
  }

  /** default_permissions: the kernel checks modes; with allow_other nobody would otherwise. */
  private static String common(boolean everybody) {
    return "fsname=kith,subtype=kith,default_permissions" + (everybody ? ",allow_other" : "");
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + "." + (1000 + duration.toMillisPart() + "").substring(1);
  }
}
