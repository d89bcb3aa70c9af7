package kith.peer;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kith.codec.CorruptDataException;
import kith.codec.WordList;

/**
 * An invitation as it is said over the phone: {@code 47-coral-harvest-anchor}. The number says
 * which invitation is meant and is no secret; the words are one, of 33 bits: whoever may try three
 * times guesses them once in 2.9 billion times. Immutable.
 *
 * @param number 1 to {@link #MAX_NUMBER}
 * @param words numbers of {@link #WORDS} words in the list
 */
record ShortCode(int number, List<Integer> words) {
  static final int WORDS = 3;
  static final int MAX_NUMBER = 9999;

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,4})(?:[-\\s]+([\\p{Alpha}][\\p{Alpha}\\s-]{0,200}))?");

  ShortCode {
    words = List.copyOf(words);
    boolean known = words.stream().allMatch(word -> word >= 0 && word < WordList.SIZE);
    if (number < 1 || number > MAX_NUMBER || words.size() != WORDS || !known) {
      throw new IllegalArgumentException("no code of invitation " + number);
    }
  }

  /** Words by chance for an invitation. */
  static ShortCode draw(int number, SecureRandom random) {
    var words = new ArrayList<Integer>();
    for (int i = 0; i < WORDS; i++) {
      words.add(random.nextInt(WordList.SIZE));
    }
    return new ShortCode(number, words);
  }

  /** The code in its one form: number and words in lower case, joined by hyphens. */
  String text() {
    return number + "-" + words.stream().map(WordList::word).collect(Collectors.joining("-"));
  }

  /**
   * A code with the place where it is good for something.
   *
   * @param at empty if that was not said
   */
  record Placed(ShortCode code, Optional<NodeAddress> at) {}

  /** Whether somebody who typed this meant a code of words, and no long one. */
  static boolean isMeant(String typed) {
    return FORM.matcher(beforeAt(typed)).matches();
  }

  private static String beforeAt(String typed) {
    int at = typed.indexOf('@');
    return (at < 0 ? typed : typed.substring(0, at)).strip();
  }

  /**
   * Reads a code, in either case, with hyphens or gaps, and perhaps {@code @host:port} behind it.
   *
   * @throws CorruptDataException naming the word that is not in the list and the nearest that is
   */
  static Placed parse(String typed) throws CorruptDataException {
    var form = FORM.matcher(beforeAt(typed));
    if (!form.matches()) {
      throw new CorruptDataException("a code of words is a number and " + WORDS + " words");
    }
    int number = Integer.parseInt(form.group(1));
    String[] said = form.group(2) == null ? new String[0] : form.group(2).strip().split("[-\\s]+");
    if (said.length != WORDS || number == 0) {
      throw new CorruptDataException(
          "a code of words is a number from 1 and " + WORDS + " words, not " + said.length);
    }
    var words = new ArrayList<Integer>();
    for (String word : said) {
      words.add(known(words.size() + 1, word));
    }
    int at = typed.indexOf('@');
    return new Placed(
        new ShortCode(number, words),
        at < 0
            ? Optional.empty()
            : Optional.of(NodeAddress.parse(typed.substring(at + 1).strip())));
  }

  private static int known(int place, String word) throws CorruptDataException {
    int number = WordList.number(word);
    if (number < 0) {
      throw new CorruptDataException(
          "word "
              + place
              + ", '"
              + word
              + "', is in no code: was it '"
              + WordList.nearest(word)
              + "'?");
    }
    return number;
  }

  /** Without the words, which are a secret. */
  @Override
  public String toString() {
    return "invitation " + number;
  }
}
