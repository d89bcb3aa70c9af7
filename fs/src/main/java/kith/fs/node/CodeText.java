package kith.fs.node;

import java.util.regex.Pattern;
import kith.codec.CodeParameters;

/** Reads erasure codes as people write them: {@code 4+2}. */
public final class CodeText {
  private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\+(\\d{1,3})");

  private CodeText() {}

  /**
   * @throws IllegalArgumentException saying what a code looks like
   */
  public static CodeParameters parse(String text) {
    var match = FORM.matcher(text.strip());
    if (!match.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no code: write data and parity shards as in 4+2");
    }
    return CodeParameters.of(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
  }
}
