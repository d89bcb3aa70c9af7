package kith.index;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Several cursors as one: where keys are equal the first cursor wins, and deletions hide rows. */
final class MergedCursor implements RowCursor {
  private final List<RowCursor> sources;
  private final boolean[] waiting;
  private boolean started;
  private RowCursor at;

  /**
   * @param sources newest first; closed with this cursor
   */
  MergedCursor(List<RowCursor> sources) {
    this.sources = sources;
    this.waiting = new boolean[sources.size()];
  }

  @Override
  public boolean next() throws IOException {
    if (!started) {
      started = true;
      for (int i = 0; i < waiting.length; i++) {
        waiting[i] = sources.get(i).next();
      }
    }
    do {
      at = smallest();
      if (at == null) {
        return false;
      }
      passOthers(at.key());
    } while (at.value() == Layer.DELETED);
    return true;
  }

  /** Moves past the row at the cursor, then finds the source that has the smallest key. */
  private RowCursor smallest() throws IOException {
    if (at != null) {
      waiting[sources.indexOf(at)] = at.next();
    }
    RowCursor best = null;
    for (int i = 0; i < waiting.length; i++) {
      if (waiting[i]
          && (best == null || Arrays.compareUnsigned(sources.get(i).key(), best.key()) < 0)) {
        best = sources.get(i);
      }
    }
    return best;
  }

  private void passOthers(byte[] key) throws IOException {
    for (int i = 0; i < waiting.length; i++) {
      RowCursor source = sources.get(i);
      if (source != at && waiting[i] && Arrays.equals(source.key(), key)) {
        waiting[i] = source.next();
      }
    }
  }

  @Override
  public byte[] key() {
    return at.key();
  }

  @Override
  public byte[] value() {
    return at.value();
  }

  @Override
  public void close() {
    sources.forEach(RowCursor::close);
  }
}
