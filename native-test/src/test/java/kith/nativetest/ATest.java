package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ATest {
  @Test
  void a() {
    assertEquals(2, 1 + 1);
  }
}
