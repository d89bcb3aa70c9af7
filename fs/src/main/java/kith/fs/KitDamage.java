package kith.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;
import kith.codec.RootSecret;
import kith.codec.WrongKeyException;

/**
 * Finds what is wrong with the lines of a kit: a word that is in no list is named first, else the
 * line by its check code; then what is missing.
 */
final class KitDamage {
  private static final int SHOWN = 12;

  private final SortedMap<Integer, KitLine> lines;
  private final List<String> problems;

  private KitDamage(SortedMap<Integer, KitLine> lines, List<String> problems) {
    this.lines = lines;
    this.problems = problems;
  }

  /**
   * @param found problems known already
   * @throws WrongKeyException with all problems, if there are any
   */
  static void check(SortedMap<Integer, KitLine> lines, List<String> found)
      throws WrongKeyException {
    var damage = new KitDamage(lines, new ArrayList<>(found));
    int words = 0;
    for (var line : lines.values()) {
      words += damage.checkLine(line, words);
    }
    damage.checkMissing();
    if (!damage.problems.isEmpty()) {
      throw new WrongKeyException(damage.message());
    }
  }

  /** Returns the number of words in the line. */
  private int checkLine(KitLine line, int wordsBefore) {
    var words = line.tag().equals("words") ? line.value().split("\\s+") : new String[0];
    int known = problems.size();
    for (int i = 0; i < words.length; i++) {
      try {
        RootSecret.requireWord(wordsBefore + i + 1, words[i]);
      } catch (WrongKeyException e) {
        problems.add("line " + line.label() + ": " + e.getMessage());
      }
    }
    if (known == problems.size() && !line.isIntact()) {
      problems.add(
          line.check().isEmpty()
              ? "line " + line.label() + " has no check code after an = sign: is it cut off?"
              : "line "
                  + line.label()
                  + " is mistyped, or its check code '"
                  + line.check()
                  + "' is");
    }
    return words.length;
  }

  private void checkMissing() {
    var last = lines.get(lines.lastKey());
    boolean ends = last.tag().equals("end") && last.isIntact();
    for (int i = 1; i < last.number(); i++) {
      if (!lines.containsKey(i)) {
        problems.add("line " + KitLine.label(i) + " is missing");
      }
    }
    if (!ends) {
      problems.add(
          "the kit is cut off: "
              + last.label()
              + " is the last line here, and a whole kit closes with a line 'end'");
    } else if (!last.value().equals(String.valueOf(last.number()))) {
      problems.add("the line 'end' counts " + last.value() + " lines and is " + last.label());
    }
  }

  private String message() {
    String shown =
        problems.stream().limit(SHOWN).map(p -> "\n  " + p).collect(Collectors.joining());
    int more = problems.size() - SHOWN;
    return "this kit can't be read; compare with the printed page:"
        + shown
        + (more > 0 ? "\n  and " + more + " more" : "");
  }
}
