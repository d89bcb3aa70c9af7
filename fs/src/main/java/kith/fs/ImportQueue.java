package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import kith.codec.KithException;
import kith.codec.PackId;
import kith.codec.PackKind;

/**
 * What an import will do to the live tree, in order, each step once the chunks that it needs are on
 * the disk. Steps that put files into one directory are done in one update. For one thread, which
 * holds all packs ({@link PackHolds}).
 */
final class ImportQueue {
  /** Steps that wait at which the pack that they wait for is closed, though it isn't full. */
  private static final int MOST = 40_000;

  private static final int BATCH = 500;

  /** Something that is done to the live tree. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /** Puts files into a directory. */
  @FunctionalInterface
  interface Target {
    void put(long directory, List<Put> files) throws IOException;
  }

  /**
   * A file that gets a name.
   *
   * @param path of its source
   * @param end done with it, whatever came of it
   */
  record Put(long directory, FileName name, byte[] path, Made node, Work end) {
    /** Makes what is put there, once its chunks are on the disk. */
    @FunctionalInterface
    interface Made {
      ImportedNode node();
    }
  }

  /** A step; one of put and work is null. */
  private record Step(List<CompletableFuture<ChunkRef>> chunks, Put put, Work work) {}

  private final PackWriter packs;
  private final Target target;
  private final Deque<Step> steps = new ArrayDeque<>();
  private final Set<PackId> saved = new HashSet<>();

  /** How many chunks of the first step are on the disk, and what the next one waits for. */
  private int checked;

  private CompletableFuture<?> blocking = CompletableFuture.completedFuture(null);

  ImportQueue(PackWriter packs, Target target) {
    this.packs = packs;
    this.target = target;
  }

  /** Gives a file its name once its chunks are on the disk. */
  void put(List<CompletableFuture<ChunkRef>> chunks, Put put) throws IOException {
    add(new Step(chunks, put, null));
  }

  /** Does something once all before it is done and chunks are on the disk. */
  void then(List<CompletableFuture<ChunkRef>> chunks, Work work) throws IOException {
    add(new Step(chunks, null, work));
  }

  private void add(Step step) throws IOException {
    steps.add(step);
    settle();
    if (steps.size() > MOST) {
      packs.flush(PackKind.DATA);
      settle();
    }
  }

  /** Does what can be done now. */
  void settle() throws IOException {
    if (!blocking.isDone()) {
      return;
    }
    List<Put> batch = new ArrayList<>();
    while (!steps.isEmpty() && isReady(steps.peek())) {
      Step step = steps.remove();
      checked = 0;
      boolean joins =
          batch.isEmpty()
              || (step.put != null
                  && step.put.directory == batch.get(0).directory
                  && batch.size() < BATCH);
      if (!joins) {
        flush(batch);
      }
      if (step.put == null) {
        step.work.run();
      } else {
        batch.add(step.put);
      }
    }
    flush(batch);
  }

  private void flush(List<Put> batch) throws IOException {
    if (!batch.isEmpty()) {
      target.put(batch.get(0).directory, batch);
      batch.clear();
    }
  }

  private boolean isReady(Step step) throws IOException {
    while (checked < step.chunks.size()) {
      CompletableFuture<ChunkRef> chunk = step.chunks.get(checked);
      blocking = chunk;
      if (!chunk.isDone()) {
        return false;
      }
      ChunkRef ref = place(chunk);
      if (!saved.contains(ref.pack())) {
        CompletableFuture<Void> durable = packs.durable(ref);
        blocking = durable;
        if (!durable.isDone()) {
          return false;
        }
        Awaiting.local(durable);
        saved.add(ref.pack());
      }
      checked++;
    }
    return true;
  }

  private static ChunkRef place(CompletableFuture<ChunkRef> chunk) throws IOException {
    try {
      return Awaiting.result(chunk);
    } catch (KithException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Does all that is left; returns when it is done. */
  void finish() throws IOException {
    packs.flush(PackKind.DATA);
    for (settle(); !steps.isEmpty(); settle()) {
      Awaiting.local(blocking);
    }
  }

  /** Gives up what is left. */
  void abandon() throws IOException {
    for (Step step : steps) {
      if (step.put != null) {
        step.put.end.run();
      }
    }
    steps.clear();
  }
}
