package kith.codec;

import java.util.Arrays;

/**
 * Bytes as groups of five characters, the last of each a check digit: for ids and codes that people
 * copy. Every wrong character, every two neighbours swapped and every group left out or moved (by
 * less than 16 places) is noticed, and the message names the group.
 */
public final class CheckedText {
  private static final int DATA = 4;
  private static final int GROUP = DATA + 1;
  private static final int LAST = 16;

  /** Longest text that is read, in characters: more than any id or code has. */
  private static final int MAX_TEXT = 8192;

  private CheckedText() {}

  /** Groups joined by hyphens; empty for no bytes. */
  public static String encode(byte[] bytes) {
    int[] values = Base32.split(bytes);
    StringBuilder text = new StringBuilder();
    for (int from = 0; from < values.length; from += DATA) {
      int to = Math.min(values.length, from + DATA);
      int[] data = Arrays.copyOfRange(values, from, to);
      text.append(from == 0 ? "" : "-").append(text(data));
      text.append(Base32.character(check(data, from / DATA, to == values.length)));
    }
    return text.toString();
  }

  /**
   * Reads what {@link #encode} wrote, in either case and with any hyphens and spaces.
   *
   * @throws CorruptDataException naming the first group that is wrong, counted from 1
   */
  public static byte[] decode(String text) throws CorruptDataException {
    int[] typed = values(text);
    int groups = (typed.length + GROUP - 1) / GROUP;
    int[] values = new int[typed.length - groups];
    for (int group = 0; group < groups; group++) {
      int from = group * GROUP;
      int to = Math.min(typed.length, from + GROUP) - 1;
      int[] data = Arrays.copyOfRange(typed, from, to);
      if (data.length == 0 || typed[to] != check(data, group, to + 1 == typed.length)) {
        String shown = text(Arrays.copyOfRange(typed, from, to + 1));
        throw new CorruptDataException("group " + (group + 1) + " (" + shown + ") is wrong");
      }
      System.arraycopy(data, 0, values, group * DATA, data.length);
    }
    return Base32.join(values);
  }

  private static int[] values(String text) throws CorruptDataException {
    if (text.length() > MAX_TEXT) {
      throw new CorruptDataException("no code has " + text.length() + " characters");
    }
    int[] values = new int[text.length()];
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '-' || Character.isWhitespace(c)) {
        continue;
      }
      values[count] = Base32.value(c);
      if (values[count] < 0) {
        int group = count / GROUP + 1;
        throw new CorruptDataException("group " + group + " has '" + c + "', which no code has");
      }
      count++;
    }
    return Arrays.copyOf(values, count);
  }

  private static String text(int[] values) {
    StringBuilder text = new StringBuilder();
    for (int value : values) {
      text.append(Base32.character(value));
    }
    return text.toString();
  }

  /**
   * Sum of a^(i+1) x value i over GF(32), a = 2 a root of x^5 + x^2 + 1; xor the group's number
   * modulo 16, xor 16 for the last group. Distinct weights find swaps, the number finds moves.
   */
  private static int check(int[] data, int group, boolean last) {
    int weighted = 0;
    for (int i = data.length - 1; i >= 0; i--) {
      weighted = twice(weighted ^ data[i]);
    }
    return weighted ^ (group % LAST) ^ (last ? LAST : 0);
  }

  private static int twice(int value) {
    int shifted = value << 1;
    return (shifted & 32) == 0 ? shifted : shifted ^ 37;
  }
}
