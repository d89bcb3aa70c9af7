package kith.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The 2048 English words of BIP-39, sorted: short, common, and told apart by their first four
 * letters; for what is written on paper or said over the phone. No state.
 */
public final class WordList {
  /** Bits that one word stands for. */
  public static final int BITS = 11;

  /** How many words there are. */
  public static final int SIZE = 1 << BITS;

  /** All words, in order. Immutable. */
  static final List<String> WORDS = load();

  private WordList() {}

  private static List<String> load() {
    try (InputStream in = WordList.class.getResourceAsStream("words.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return text.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the word list is missing from this build", e);
    }
  }

  /**
   * @param number 0 to {@link #SIZE} - 1
   */
  public static String word(int number) {
    return WORDS.get(number);
  }

  /** The number of a word in either case; negative for none in the list. */
  public static int number(String typed) {
    return Collections.binarySearch(WORDS, typed.strip().toLowerCase(Locale.ROOT));
  }

  /** The word in the list that takes the fewest letters put in, left out, changed or swapped. */
  public static String nearest(String typed) {
    String word = typed.strip().toLowerCase(Locale.ROOT);
    String start = word.substring(0, Math.min(32, word.length()));
    return Collections.min(WORDS, Comparator.comparingInt(known -> distance(start, known)));
  }

  /** The distance of Damerau and Levenshtein, between strings that are aligned. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : least(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int least(int[][] cost, String a, String b, int i, int j) {
    int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int least = Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1);
    least = Math.min(least, cost[i - 1][j - 1] + changed);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
