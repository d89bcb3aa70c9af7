package kith.codec;

/**
 * Bytes as characters that can be read aloud: digits and letters without I, L, O and U (Crockford's
 * alphabet). Reading takes either case, O for 0, and I or L for 1.
 */
final class Base32 {
  static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  private Base32() {}

  /** The five-bit values of the bytes, most significant first, the last filled up with zeros. */
  static int[] split(byte[] bytes) {
    int[] values = new int[(bytes.length * 8 + 4) / 5];
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      int set = (bytes[bit / 8] >> (7 - bit % 8)) & 1;
      values[bit / 5] |= set << (4 - bit % 5);
    }
    return values;
  }

  /**
   * The inverse of {@link #split}.
   *
   * @throws CorruptDataException if the number of values or the bits left over fit no bytes
   */
  static byte[] join(int[] values) throws CorruptDataException {
    byte[] bytes = new byte[values.length * 5 / 8];
    for (int bit = 0; bit < values.length * 5; bit++) {
      int set = (values[bit / 5] >> (4 - bit % 5)) & 1;
      if (bit < bytes.length * 8) {
        bytes[bit / 8] |= (byte) (set << (7 - bit % 8));
      } else if (set != 0) {
        throw new CorruptDataException("the last character is wrong");
      }
    }
    if ((bytes.length * 8 + 4) / 5 != values.length) {
      throw new CorruptDataException(values.length + " characters: one is missing or too many");
    }
    return bytes;
  }

  /** The character of a five-bit value. */
  static char character(int value) {
    return ALPHABET.charAt(value);
  }

  /** The value of a character, or -1 if it is none of the alphabet. */
  static int value(char character) {
    char upper = Character.toUpperCase(character);
    return switch (upper) {
      case 'O' -> 0;
      case 'I', 'L' -> 1;
      default -> ALPHABET.indexOf(upper);
    };
  }
}
