package kith.fs;

import java.io.IOException;
import java.util.List;
import kith.index.Staging;

/**
 * Deletes staging segments whose bytes are all in packs, or overwritten. Nothing goes while a tree
 * is being packed from frozen rows, which may still name any segment.
 */
final class StagingSweeper {
  private final LiveTree live;
  private final TreeMaker maker;
  private final Snapshots snapshots;

  StagingSweeper(LiveTree live, TreeMaker maker, Snapshots snapshots) {
    this.live = live;
    this.maker = maker;
    this.snapshots = snapshots;
  }

  /** Returns how many segments went. */
  int tick() throws IOException {
    Staging staging = live.staging;
    synchronized (maker.turn) {
      // Between operations: none has appended a record whose extent does not count yet.
      List<Integer> unused =
          live.epochs.between(
              () ->
                  staging.segments().stream()
                      .filter(segment -> segment != staging.activeSegment())
                      .filter(live.use::free)
                      .toList());
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
}
