package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class InodeUsesTest {
  @Test
  void countsAsAMapDoes() {
    var random = new Random(7);
    var uses = new InodeUses();
    Map<Long, Integer> model = new HashMap<>();
    for (int step = 0; step < 300_000; step++) {
      // Grows, and shrinks again
      long inode = 1L + random.nextInt(step < 150_000 ? 20_000 : 200);
      if (random.nextInt(step < 150_000 ? 3 : 2) > 0) {
        uses.add(inode);
        model.merge(inode, 1, Integer::sum);
      } else {
        int count = 1 + random.nextInt(3);
        model.computeIfPresent(inode, (key, old) -> old > count ? old - count : null);
        assertEquals(!model.containsKey(inode), uses.remove(inode, count), "step " + step);
      }
    }
    assertEquals(model.size(), uses.size());
    for (long inode = 0; inode < 20_100; inode++) {
      if (inode > 0) {
        assertEquals(model.containsKey(inode), uses.contains(inode), "inode " + inode);
      }
    }
    for (Map.Entry<Long, Integer> entry : model.entrySet()) {
      assertTrue(uses.remove(entry.getKey(), entry.getValue()));
      assertFalse(uses.contains(entry.getKey()));
    }
    assertEquals(0, uses.size());
  }

  @Test
  void largeNumbersAreToldApart() {
    var uses = new InodeUses();
    for (long inode = InodeNumbers.LIMIT - 1; inode > InodeNumbers.LIMIT - 100_000; inode--) {
      uses.add(inode);
    }
    assertEquals(99_999, uses.size());
    uses.clear();
    assertEquals(0, uses.size());
    assertFalse(uses.contains(InodeNumbers.LIMIT - 1));
  }
}
