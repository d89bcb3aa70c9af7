package kith.fs;

import java.io.IOException;
import java.time.Instant;
import kith.codec.PackId;
import kith.index.RowView;

/**
 * How safe the packs of a drive are, in total. Each pack is counted in one class.
 *
 * @param local on this machine alone, or with too few partners for ever having been safe
 * @param degraded was safe, and now has fewer shards placed than that takes at holders who do not
 *     count as gone
 * @param safe enough shards are placed for the drive's target, but not all
 * @param full all shards are placed
 * @param lost cannot be had any more
 * @param locked as safe, but holders are in their commitment period and serve no restore
 * @param lockedUntil when the last of those will be safe; null if there are none
 */
public record SafetyTotals(
    Sum local, Sum degraded, Sum safe, Sum full, Sum lost, Sum locked, Instant lockedUntil) {
  /** While nobody is in his commitment period. */
  public SafetyTotals(Sum local, Sum degraded, Sum safe, Sum full, Sum lost) {
    this(local, degraded, safe, full, lost, Sum.ZERO, null);
  }

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

  /** Counts all packs but the dropped ones, as if all holders could be had everything from. */
  public static SafetyTotals of(RowView rows, PlacementPolicy policy) throws IOException {
    return of(rows, policy, HolderStates.GOOD);
  }

  /** Counts all packs but the dropped ones. */
  public static SafetyTotals of(RowView rows, PlacementPolicy policy, HolderStates holders)
      throws IOException {
    SafetyTotals[] totals = {new SafetyTotals(Sum.ZERO, Sum.ZERO, Sum.ZERO, Sum.ZERO, Sum.ZERO)};
    var safety = new PackSafety(rows, policy, holders);
    PackRows.visit(rows, (id, row) -> totals[0] = totals[0].with(id, row, safety));
    return totals[0];
  }

  /** Whether every pack is safe or full. */
  public boolean allSafe() {
    return local.packs == 0 && degraded.packs == 0 && lost.packs == 0 && locked.packs == 0;
  }

  /** How safe what is published is: packs that are here alone belong to the next head. */
  public FileState placed() {
    if (degraded.packs + lost.packs > 0) {
      return FileState.DEGRADED;
    } else if (locked.packs > 0) {
      return FileState.LOCKED;
    }
    return safe.packs > 0 ? FileState.SAFE : FileState.FULL;
  }

  private SafetyTotals with(PackId id, PackRow row, PackSafety safety) throws IOException {
    return switch (row.state()) {
      case DROPPED -> this;
      case LOST ->
          new SafetyTotals(local, degraded, safe, full, lost.with(row), locked, lockedUntil);
      case PLACED -> with(row, safety.of(id, row));
      case SEALED, SHIPPING -> {
        if (row.safe(safety.policy())) {
          yield with(row, safety.of(id, row));
        }
        yield row.wasSafe()
            ? new SafetyTotals(local, degraded.with(row), safe, full, lost, locked, lockedUntil)
            : new SafetyTotals(local.with(row), degraded, safe, full, lost, locked, lockedUntil);
      }
    };
  }

  private SafetyTotals with(PackRow row, PackSafety.Judged judged) {
    return switch (judged.state()) {
      case DEGRADED ->
          new SafetyTotals(local, degraded.with(row), safe, full, lost, locked, lockedUntil);
      case FULL ->
          new SafetyTotals(local, degraded, safe, full.with(row), lost, locked, lockedUntil);
      case LOCKED ->
          new SafetyTotals(
              local,
              degraded,
              safe,
              full,
              lost,
              locked.with(row),
              later(lockedUntil, judged.lockedUntil()));
      default -> new SafetyTotals(local, degraded, safe.with(row), full, lost, locked, lockedUntil);
    };
  }

  /** The later of two times, of which each may be null. */
  static Instant later(Instant one, Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isAfter(other) ? one : other;
  }
}
