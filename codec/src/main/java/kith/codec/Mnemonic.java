package kith.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * 256 bits as 24 English words with an eight-bit checksum, as BIP-39 has it (its list, sorted; the
 * first four letters tell words apart).
 */
final class Mnemonic {
  static final int WORDS = 24;
  private static final int BITS_PER_WORD = WordList.BITS;
  private static final int SECRET = 32;

  private Mnemonic() {}

  static List<String> encode(byte[] secret) {
    byte[] bits = Arrays.copyOf(secret, SECRET + 1);
    bits[SECRET] = Sha256.of(secret)[0];
    List<String> words = new ArrayList<>();
    for (int i = 0; i < WORDS; i++) {
      int number = 0;
      for (int bit = i * BITS_PER_WORD; bit < (i + 1) * BITS_PER_WORD; bit++) {
        number = (number << 1) | ((bits[bit / 8] >> (7 - bit % 8)) & 1);
      }
      words.add(WordList.word(number));
    }
    Arrays.fill(bits, (byte) 0);
    return words;
  }

  static byte[] decode(List<String> words) throws WrongKeyException {
    if (words.size() != WORDS) {
      throw new WrongKeyException("a kit has 24 words, not " + words.size());
    }
    byte[] bits = new byte[SECRET + 1];
    for (int i = 0; i < WORDS; i++) {
      int number = number(i, words.get(i));
      for (int b = 0; b < BITS_PER_WORD; b++) {
        int bit = i * BITS_PER_WORD + b;
        bits[bit / 8] |= (byte) (((number >> (BITS_PER_WORD - 1 - b)) & 1) << (7 - bit % 8));
      }
    }
    byte[] secret = Arrays.copyOf(bits, SECRET);
    if (bits[SECRET] != Sha256.of(secret)[0]) {
      throw new WrongKeyException(
          "every word is in the list, but their checksum is off: a word is wrong or out of place");
    }
    return secret;
  }

  /** The word's number in the list; {@code place} counts from 0. */
  static int number(int place, String typed) throws WrongKeyException {
    String word = typed.strip().toLowerCase(Locale.ROOT);
    int number = WordList.number(word);
    if (number < 0) {
      throw new WrongKeyException(
          "word " + (place + 1) + ", '" + typed + "', is not in the list" + suggestion(word));
    }
    return number;
  }

  private static String suggestion(String word) {
    String start = word.substring(0, Math.min(4, word.length()));
    return WordList.WORDS.stream()
        .filter(known -> start.length() >= 3 && known.startsWith(start))
        .findFirst()
        .map(known -> " ('" + known + "' is)")
        .orElse("");
  }
}
