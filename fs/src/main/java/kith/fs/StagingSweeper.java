package kith.fs;

import java.io.IOException;
import java.util.List;
import kith.index.Staging;

/**
 * Deletes staging segments whose bytes are all in packs, or overwritten. Nothing goes while a tree
 * is being packed from frozen rows, which may still name any segment.
 */
final class StagingSweeper {
  /** Bytes of a segment that is not worth to be kept open while room is needed. */
  private static final long SHORT_SEGMENT = 4 << 20;

  private final LiveTree live;
  private final TreeMaker maker;
  private final Snapshots snapshots;
  private int lastActive;
  private long lastActiveBytes;

  StagingSweeper(LiveTree live, TreeMaker maker, Snapshots snapshots) {
    this.live = live;
    this.maker = maker;
    this.snapshots = snapshots;
  }

  /**
   * Deletes what can go.
   *
   * @param haste whether room is needed
   * @return how many segments went
   */
  int tick(boolean haste) throws IOException {
    Staging staging = live.staging;
    boolean idle = isIdle(staging);
    synchronized (maker.turn) {
      // Between operations: none has appended a record whose extent does not count yet.
      List<Integer> unused =
          live.epochs.between(
              () -> {
                boolean empty = idle && live.use.free(staging.activeSegment());
                if (empty || isDueToEnd(haste)) {
                  staging.roll();
                }
                return staging.segments().stream()
                    .filter(segment -> segment != staging.activeSegment())
                    .filter(live.use::free)
                    .toList();
              });
      // Asked last: a snapshot that is taken from now on needs none of them.
      if (unused.isEmpty() || snapshots.anyPending()) {
        return 0;
      }
      // The rows that no longer name the segments must not come back after a crash without them.
      live.rows.sync();
      for (int segment : unused) {
        staging.delete(segment);
      }
      return unused.size();
    }
  }

  /** Whether nothing came to the active segment since the last time. */
  private boolean isIdle(Staging staging) {
    int active = staging.activeSegment();
    long bytes = staging.activeBytes();
    boolean idle = active != 0 && active == lastActive && bytes == lastActiveBytes;
    lastActive = active;
    lastActiveBytes = bytes;
    return idle;
  }

  /** While room is needed, smaller segments become free sooner. */
  private boolean isDueToEnd(boolean haste) {
    return haste && live.staging.activeBytes() >= SHORT_SEGMENT;
  }
}
