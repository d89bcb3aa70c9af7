package kith.peer.conduct;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AuditDrawTest {
  private static byte[] filled(int value) {
    byte[] bytes = new byte[AuditDraw.SIZE];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void theFirstBlockIsTheNumberModuloTheCount() {
    byte[] small = filled(0);
    small[30] = 1;
    small[31] = 7; // 263
    assertEquals(List.of(3L), AuditDraw.blocks(small, 1, 10));
    assertEquals(List.of(0L), AuditDraw.blocks(small, 1, 263));
    assertEquals(List.of(0L), AuditDraw.blocks(filled(-1), 1, 3), "2^256 - 1 = 0 mod 3");
  }

  @Test
  void furtherBlocksFollowFromIt() {
    List<Long> blocks = AuditDraw.blocks(filled(9), 16, 1_000_000_007L);
    assertEquals(16, blocks.stream().distinct().count());
    assertEquals(blocks.subList(0, 5), AuditDraw.blocks(filled(9), 5, 1_000_000_007L));
    assertEquals(
        List.of(
            new java.math.BigInteger(1, filled(9))
                .mod(java.math.BigInteger.valueOf(1_000_000_007L))
                .longValue()),
        blocks.subList(0, 1));
  }

  @Test
  void bothPartsMakeIt() {
    assertArrayEquals(filled(6), AuditDraw.together(filled(5), filled(3)));
    assertArrayEquals(filled(6), AuditDraw.together(filled(3), filled(5)));
  }

  @Test
  void senselessDrawsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> AuditDraw.blocks(filled(1), 0, 5));
    assertThrows(IllegalArgumentException.class, () -> AuditDraw.blocks(filled(1), 17, 5));
    assertThrows(IllegalArgumentException.class, () -> AuditDraw.blocks(filled(1), 1, 0));
    byte[] shorter = new byte[31];
    assertThrows(IllegalArgumentException.class, () -> AuditDraw.together(shorter, filled(1)));
  }
}
