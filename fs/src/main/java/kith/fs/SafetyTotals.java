package kith.fs;

import java.io.IOException;
import kith.index.RowView;

/**
 * How safe the packs of a drive are, in total. Each pack is counted in one class.
 *
 * @param local on this machine alone, or with too few partners for ever having been safe
 * @param degraded was safe, and now has fewer shards placed than that takes
 * @param safe enough shards are placed for the drive's target, but not all
 * @param full all shards are placed
 * @param lost cannot be had any more
 */
public record SafetyTotals(Sum local, Sum degraded, Sum safe, Sum full, Sum lost) {
  /**
   * @param packs how many
   * @param packBytes their length, padding included
   * @param rawBytes of the content of their chunks
   */
  public record Sum(long packs, long packBytes, long rawBytes) {
    private static final Sum ZERO = new Sum(0, 0, 0);

    private Sum with(PackRow row) {
      return new Sum(packs + 1, packBytes + row.length(), rawBytes + row.rawBytes());
    }
  }

  /** Counts all packs but the dropped ones. */
  public static SafetyTotals of(RowView rows, PlacementPolicy policy) throws IOException {
    SafetyTotals[] totals = {new SafetyTotals(Sum.ZERO, Sum.ZERO, Sum.ZERO, Sum.ZERO, Sum.ZERO)};
    PackRows.visit(rows, (id, row) -> totals[0] = totals[0].with(row, policy));
    return totals[0];
  }

  /** Whether every pack is safe or full. */
  public boolean allSafe() {
    return local.packs == 0 && degraded.packs == 0 && lost.packs == 0;
  }

  /** How safe what is published is: packs that are here alone belong to the next head. */
  public FileState placed() {
    if (degraded.packs + lost.packs > 0) {
      return FileState.DEGRADED;
    }
    return safe.packs > 0 ? FileState.SAFE : FileState.FULL;
  }

  private SafetyTotals with(PackRow row, PlacementPolicy policy) {
    return switch (row.state()) {
      case DROPPED -> this;
      case LOST -> new SafetyTotals(local, degraded, safe, full, lost.with(row));
      case PLACED -> new SafetyTotals(local, degraded, safe, full.with(row), lost);
      case SEALED, SHIPPING -> {
        if (row.safe(policy)) {
          yield new SafetyTotals(local, degraded, safe.with(row), full, lost);
        }
        yield row.wasSafe()
            ? new SafetyTotals(local, degraded.with(row), safe, full, lost)
            : new SafetyTotals(local.with(row), degraded, safe, full, lost);
      }
    };
  }
}
