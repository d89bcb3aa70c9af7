package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import kith.codec.CodeParameters;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.index.MemoryStorage;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.junit.jupiter.api.Test;

final class SafetyTotalsTest {
  private static final PlacementPolicy SURVIVES_ONE =
      new PlacementPolicy(Optional.empty(), OptionalInt.of(1));
  private final Rows rows = new MemoryStorage().rows(() -> {});
  private int count;

  private static PackRow sealed() {
    return new PackRow(
        PackKind.DATA, PackState.SEALED, 1000, 1, 700, 1, 0, 0, Optional.empty(), 0, false);
  }

  private static PackRow coded(int placed) {
    PackRow coded = sealed().coded(CodeParameters.of(4, 2));
    return coded.withPlaced(placed, SURVIVES_ONE.safeShards(CodeParameters.of(4, 2)));
  }

  private void add(PackRow row) throws IOException {
    byte[] id = new byte[PackId.SIZE];
    id[0] = (byte) count++;
    rows.apply(new Update().put(Table.PACKS, id, row.encode()));
  }

  private SafetyTotals totals() throws IOException {
    return SafetyTotals.of(rows, SURVIVES_ONE);
  }

  private static SafetyTotals.Sum sum(int packs) {
    return new SafetyTotals.Sum(packs, packs * 1000L, packs * 700L);
  }

  @Test
  void anEmptyDriveIsSafe() throws IOException {
    assertTrue(totals().allSafe());
  }

  @Test
  void everyPackIsCountedInOneClass() throws IOException {
    add(sealed());
    add(coded(0));
    add(coded(4));
    add(coded(5));
    add(coded(6));
    add(coded(6));
    add(coded(5).withPlaced(4, 5));
    add(sealed().withState(PackState.LOST));
    add(sealed().withState(PackState.DROPPED));
    assertEquals(new SafetyTotals(sum(3), sum(1), sum(1), sum(2), sum(1)), totals());
    assertFalse(totals().allSafe());
  }

  @Test
  void oneDegradedOrLostPackIsEnoughNotToBeSafe() throws IOException {
    add(coded(6));
    add(coded(5));
    assertTrue(totals().allSafe());
    add(coded(6).withPlaced(4, 5));
    assertFalse(totals().allSafe());
  }
}
