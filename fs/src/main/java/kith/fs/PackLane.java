package kith.fs;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Puts the chunks of one kind into packs in the order in which they came, whatever the order in
 * which they became ready. Safe for many threads. Lock order: lane, then {@link PackSaver}.
 */
final class PackLane {
  private final Supplier<UnsavedPack> newPack;
  private final PackSaver saver;
  private final InstantSource clock;
  private final Deque<PackJob> queue = new ArrayDeque<>();
  private final Set<PackJob> unplaced = new HashSet<>();
  private UnsavedPack open;
  private long lastAppend;

  PackLane(Supplier<UnsavedPack> newPack, PackSaver saver, InstantSource clock) {
    this.newPack = newPack;
    this.saver = saver;
    this.clock = clock;
  }

  /** Takes a place in the order. */
  synchronized PackJob enter(int rawLength) {
    PackJob job = new PackJob(rawLength);
    queue.add(job);
    unplaced.add(job);
    return job;
  }

  /** Notes what has become of a job, and appends all whose turn it is. */
  void ready(PackJob job, PackJob.Outcome outcome) {
    List<Runnable> completions = new ArrayList<>();
    synchronized (this) {
      job.outcome = outcome;
      while (!queue.isEmpty() && queue.peek().outcome != null) {
        completions.add(place(queue.remove()));
      }
    }
    completions.forEach(Runnable::run);
  }

  /** Returns what is to be completed once the lock is released. */
  private Runnable place(PackJob job) {
    PackJob.Outcome outcome = job.outcome;
    if (outcome instanceof PackJob.Fresh fresh) {
      return placeFresh(job, fresh);
    }
    if (outcome instanceof PackJob.Known known) {
      return () -> {
        var unused = known.place().whenComplete((ref, failure) -> finish(job, ref, failure));
      };
    }
    return () -> finish(job, null, ((PackJob.Failed) outcome).cause());
  }

  private Runnable placeFresh(PackJob job, PackJob.Fresh fresh) {
    try {
      ChunkRef ref = append(fresh, job.rawLength);
      return () -> {
        fresh.place().complete(ref);
        finish(job, ref, null);
      };
    } catch (RuntimeException | Error e) {
      return () -> {
        fresh.place().completeExceptionally(e);
        finish(job, null, e);
      };
    }
  }

  private ChunkRef append(PackJob.Fresh fresh, int rawLength) {
    if (open != null && !open.fits(fresh.record())) {
      close();
    }
    if (open == null) {
      open = newPack.get();
      saver.opened(open);
    }
    lastAppend = clock.millis();
    return open.append(fresh.id(), fresh.record(), rawLength).ref(fresh.key());
  }

  private void finish(PackJob job, ChunkRef ref, Throwable failure) {
    synchronized (this) {
      unplaced.remove(job);
    }
    if (failure == null) {
      job.ref.complete(ref);
    } else {
      job.ref.completeExceptionally(failure);
    }
  }

  /** Hands the open pack, if there is one, over to be saved. */
  synchronized void close() {
    if (open != null) {
      saver.enqueue(open);
      open = null;
    }
  }

  /** As {@link #close} if nothing was appended since; returns whether there was such a pack. */
  synchronized boolean closeIfIdle(long since) {
    boolean idle = open != null && lastAppend <= since;
    if (idle) {
      close();
    }
    return idle;
  }

  /** Returns when all chunks that came before have a place, or failed. */
  void awaitPlaces() {
    List<CompletableFuture<ChunkRef>> places;
    synchronized (this) {
      places = unplaced.stream().map(job -> job.ref).toList();
    }
    places.forEach(place -> place.handle((ref, failure) -> null).join());
  }
}
