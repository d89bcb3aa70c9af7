package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import kith.codec.KithException;
import kith.codec.PackKind;

/** Hands cut chunks to the packs, as fast as there is room for them. For one thread. */
final class ImportChunks {
  /** Chunks on their way to a place; the pool that works on them has a bound too. */
  private static final int AHEAD = 1024;

  /** Room is asked for in steps. */
  private static final int STEP = 1 << 20;

  private final PackWriter packs;
  private final CacheGate gate;
  private final Deque<CompletableFuture<ChunkRef>> ahead = new ArrayDeque<>();
  private long room;

  ImportChunks(PackWriter packs, CacheGate gate) {
    this.packs = packs;
    this.gate = gate;
  }

  /**
   * Waits for room, then lets the chunk go its way.
   *
   * @param raw handed over
   * @throws DriveException NO_SPACE if there is none in time
   */
  CompletableFuture<ChunkRef> submit(byte[] raw) throws IOException, KithException {
    room -= raw.length;
    if (room < 0) {
      gate.admit(STEP);
      room += STEP;
    }
    while (ahead.size() >= AHEAD || (!ahead.isEmpty() && ahead.peek().isDone())) {
      Awaiting.result(ahead.remove());
    }
    CompletableFuture<ChunkRef> chunk = packs.submit(PackKind.DATA, raw);
    ahead.add(chunk);
    return chunk;
  }

  /** Whether rows may grow; NO_SPACE. */
  void admitRows() throws IOException {
    gate.admitRows();
  }
}
