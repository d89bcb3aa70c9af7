package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each row of the table of attacks and faults in docs/design.md has tests, by docs/testing.md. */
final class AttackTableTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
  private static final int FEWEST = 12;

  private final Path root = Path.of("").toAbsolutePath().getParent();

  /** The rows of a table behind a headline, by what is in their first cell. */
  private Map<String, String> rows(String file, String headline) throws IOException {
    List<String> lines = Files.readAllLines(root.resolve("docs").resolve(file));
    int from = lines.indexOf(headline);
    assertTrue(from >= 0, headline + " is not in " + file);
    Map<String, String> rows = new HashMap<>();
    for (String line : lines.subList(from + 1, lines.size())) {
      if (line.startsWith("## ")) {
        break;
      }
      if (line.startsWith("| ") && !line.startsWith("| who ")) {
        String who = line.substring(2, line.indexOf(" |")).replaceFirst(",.*", "");
        rows.merge(who, line, String::concat);
      }
    }
    assertTrue(rows.size() >= FEWEST, rows.keySet() + " in " + file);
    return rows;
  }

  private Map<String, String> sources() throws IOException {
    Map<String, String> found = new HashMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      Pattern source = Pattern.compile("[\\w-]+/src/test/java/.*Test\\.java");
      for (Path file : files.toList()) {
        if (source.matcher(root.relativize(file).toString()).matches()) {
          found.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
        }
      }
    }
    return found;
  }

  @Test
  void everyRowHasTestsThatAreThere() throws IOException {
    Map<String, String> rows = rows("testing.md", "## Attacks and faults");
    assertEquals(
        rows("design.md", "## 9. Attacks and faults that must be tried, with what must happen")
            .keySet(),
        rows.keySet());
    Map<String, String> sources = sources();
    Set<String> missing = new LinkedHashSet<>();
    rows.forEach(
        (who, row) -> {
          var tests = TEST.matcher(row);
          int count = 0;
          while (tests.find()) {
            count++;
            String text = sources.getOrDefault(tests.group(1), "");
            if (!text.contains("void " + tests.group(2) + "(")) {
              missing.add(tests.group());
            }
          }
          assertTrue(count > 0, who + " has no test");
        });
    assertEquals(Set.of(), missing);
  }
}
