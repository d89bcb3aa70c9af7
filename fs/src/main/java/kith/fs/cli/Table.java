package kith.fs.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Text in columns, each as wide as its widest cell; the last is not filled up. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    row(headings);
  }

  Table row(String... cells) {
    rows.add(Arrays.stream(cells).map(Table::plain).toList());
    return this;
  }

  /** What others have written must not command the terminal. */
  static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
        line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
