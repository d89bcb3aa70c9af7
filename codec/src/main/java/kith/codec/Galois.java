package kith.codec;

/**
 * Arithmetic in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11d), the field of ISA-L and RAID-6.
 */
final class Galois {
  private static final int POLYNOMIAL = 0x11d;
  private static final int ORDER = 255;

  /** Powers of 2, twice over, so that sums of two logarithms need no modulus. */
  private static final int[] EXP = new int[2 * ORDER];

  private static final int[] LOG = new int[256];

  static {
    int value = 1;
    for (int i = 0; i < ORDER; i++) {
      EXP[i] = value;
      EXP[i + ORDER] = value;
      LOG[value] = i;
      value = (value << 1) ^ ((value & 0x80) == 0 ? 0 : POLYNOMIAL);
    }
  }

  private Galois() {}

  static int multiply(int a, int b) {
    return a == 0 || b == 0 ? 0 : EXP[LOG[a] + LOG[b]];
  }

  static int divide(int a, int b) {
    if (b == 0) {
      throw new ArithmeticException("division by zero in GF(2^8)");
    }
    return a == 0 ? 0 : EXP[LOG[a] + ORDER - LOG[b]];
  }
}
