package kith.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Bytes as groups of five characters, the last of each a check digit: for ids and codes that people
 * copy. Every wrong character, every two neighbours swapped and every group left out or moved (by
 * less than 16 places) is noticed, and the message names the group.
 */
public final class CheckedText {
  private static final int DATA_PER_GROUP = 4;
  private static final int LAST = 16;

  private CheckedText() {}

  /** Groups joined by hyphens; empty for no bytes. */
  public static String encode(byte[] bytes) {
    int[] values = Base32.split(bytes);
    StringBuilder text = new StringBuilder();
    for (int from = 0; from < values.length; from += DATA_PER_GROUP) {
      int to = Math.min(values.length, from + DATA_PER_GROUP);
      text.append(from == 0 ? "" : "-");
      for (int i = from; i < to; i++) {
        text.append(Base32.character(values[i]));
      }
      int check = check(values, from, to, to == values.length);
      text.append(Base32.character(check));
    }
    return text.toString();
  }

  /**
   * Reads what {@link #encode} wrote, in either case and with any hyphens and spaces.
   *
   * @throws CorruptDataException naming the first group that is wrong, counted from 1
   */
  public static byte[] decode(String text) throws CorruptDataException {
    List<Integer> characters = characters(text);
    int size = DATA_PER_GROUP + 1;
    List<Integer> data = new ArrayList<>();
    for (int from = 0; from < characters.size(); from += size) {
      int to = Math.min(characters.size(), from + size);
      data.addAll(group(characters, from, to));
    }
    return Base32.join(data.stream().mapToInt(Integer::intValue).toArray());
  }

  private static List<Integer> characters(String text) throws CorruptDataException {
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '-' || Character.isWhitespace(c)) {
        continue;
      }
      int value = Base32.value(c);
      if (value < 0) {
        int group = values.size() / (DATA_PER_GROUP + 1) + 1;
        throw new CorruptDataException("group " + group + " has '" + c + "', which no code has");
      }
      values.add(value);
    }
    return values;
  }

  private static List<Integer> group(List<Integer> characters, int from, int to)
      throws CorruptDataException {
    int[] all = characters.stream().mapToInt(Integer::intValue).toArray();
    int number = from / (DATA_PER_GROUP + 1);
    int[] data = java.util.Arrays.copyOfRange(all, from, to - 1);
    int expected = check(data, number, to == all.length);
    if (data.length == 0 || expected != all[to - 1]) {
      throw new CorruptDataException(
          "group " + (number + 1) + " (" + text(all, from, to) + ") is wrong");
    }
    return characters.subList(from, to - 1);
  }

  private static String text(int[] values, int from, int to) {
    return java.util.Arrays.stream(values, from, to)
        .mapToObj(value -> String.valueOf(Base32.character(value)))
        .collect(Collectors.joining());
  }

  private static int check(int[] values, int from, int to, boolean last) {
    return check(java.util.Arrays.copyOfRange(values, from, to), from / DATA_PER_GROUP, last);
  }

  /**
   * Sum of a^(i+1) x value i over GF(32), a = 2 a root of x^5 + x^2 + 1; plus the group's number
   * modulo 16, plus 16 for the last group. Distinct weights find swaps, the number finds moves.
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
