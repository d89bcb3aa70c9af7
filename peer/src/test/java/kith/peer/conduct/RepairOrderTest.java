package kith.peer.conduct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kith.codec.CodeParameters;
import org.junit.jupiter.api.Test;

class RepairOrderTest {
  private static final CodeParameters CODE = CodeParameters.of(4, 4);

  private static RepairOrder of(int good, int doubtful) {
    return RepairOrder.of(CODE, good, doubtful);
  }

  @Test
  void whatIsLostIsMadeAgainAtOnceAndWhatIsDoubtedWhenThereIsTime() {
    assertEquals(RepairOrder.Haste.NOT, of(8, 0).haste());
    assertEquals(RepairOrder.Haste.IDLE, of(6, 2).haste());
    assertEquals(RepairOrder.Haste.NOW, of(7, 0).haste());
  }

  @Test
  void oneWhoIsDoubtedAloneIsWaitedForWhereThePackBearsMore() {
    assertEquals(RepairOrder.Haste.NOT, of(7, 1).haste());
    assertEquals(RepairOrder.Haste.NOT, RepairOrder.of(CodeParameters.of(4, 3), 6, 1).haste());
    assertEquals(RepairOrder.Haste.IDLE, RepairOrder.of(CodeParameters.of(4, 2), 5, 1).haste());
  }

  @Test
  void doubtIsNotWaitedForWherePacksGetThin() {
    assertEquals(RepairOrder.Haste.NOW, of(5, 3).haste());
    assertEquals(RepairOrder.Haste.NOW, RepairOrder.of(CodeParameters.of(1, 1), 1, 1).haste());
  }

  @Test
  void thinPacksComeFirst() {
    assertTrue(of(4, 0).compareTo(of(5, 0)) < 0);
    assertTrue(of(7, 0).compareTo(of(7, 1)) < 0);
    assertTrue(of(3, 0).compareTo(of(4, 0)) < 0, "those that partners cannot give come first");
  }
}
