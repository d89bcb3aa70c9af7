package kith.fs;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import kith.codec.OwnerId;
import kith.codec.SealedShard;

/**
 * Counts what is asked of partners: all of it, and how much of that had to wait for an answer
 * before it. A question counts as one that waits for all answers that its thread has had, for those
 * that led to its task, and for those of the tasks that its thread has had done. Safe for many
 * threads, in which each task is waited for by the one who had it done.
 */
@SuppressWarnings("ThreadLocalUsage") // each view is counted by itself
final class CountedTrips implements ShardTransport {
  /** How many answers lie one behind the other on the way to where a thread is. */
  private static final class Depth {
    private int depth;

    private synchronized void atLeast(int other) {
      depth = Math.max(depth, other);
    }

    private synchronized int get() {
      return depth;
    }
  }

  /** Of blocks of one pack; others are asked for the same at the same time when one fails. */
  private record Race(Object pack, int first, int count) {}

  private final ShardTransport partners;
  private final ThreadLocal<Depth> at = ThreadLocal.withInitial(Depth::new);
  private final ThreadLocal<Race> race = new ThreadLocal<>();
  private int total;
  private int blocks;

  CountedTrips(ShardTransport partners) {
    this.partners = partners;
  }

  /** Begins anew for this thread, and for all that it has done from now on. */
  void begin() {
    at.set(new Depth());
    race.remove();
    synchronized (this) {
      total = 0;
      blocks = 0;
    }
  }

  /** Questions in all. */
  synchronized int total() {
    return total;
  }

  /** Blocks that were asked for. */
  synchronized int blocks() {
    return blocks;
  }

  /** The longest row of questions of which each waited for the one before it. */
  int inSequence() {
    return at.get().get();
  }

  /** Runs tasks on another executor, counting what waits for them. */
  Executor counting(Executor executor) {
    return task -> {
      Depth asker = at.get();
      int before = asker.get();
      executor.execute(
          () -> {
            Depth mine = new Depth();
            mine.atLeast(before);
            at.set(mine);
            try {
              task.run();
            } finally {
              asker.atLeast(mine.get());
              at.remove();
            }
          });
    };
  }

  @Override
  public CompletableFuture<byte[]> put(SealedShard shard, Duration deadline) {
    return partners.put(shard, deadline);
  }

  @Override
  public CompletableFuture<byte[]> get(OwnerId holder, Blocks wanted, Duration deadline) {
    Race asked = new Race(wanted.shard().pack(), wanted.first(), wanted.count());
    boolean beside = asked.equals(race.get());
    race.set(asked);
    synchronized (this) {
      total++;
      blocks += wanted.count();
    }
    if (!beside) {
      at.get().atLeast(at.get().get() + 1);
    }
    return partners.get(holder, wanted, deadline);
  }
}
