package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How long files, lines and methods of all modules may be, and what none of them has. */
final class TidinessTest {
  private static final int FILE_LINES = 500;
  private static final int METHOD_LINES = 40;
  private static final int COLUMNS = 100;
  private static final int FEWEST_FILES = 300;

  /** Methods that were too long when the limit came. None is added; who splits one takes it out. */
  private static final Set<String> STILL_LONG =
      Set.of(
          "fs/src/main/java/kith/fs/DriveEngine.java#DriveEngine",
          "fs/src/main/java/kith/fs/node/NodeCore.java#NodeCore");

  private static final Pattern DISABLED = Pattern.compile("@Disabled\\w*\\b");
  private static final Pattern SLEEP =
      Pattern.compile("\\b(?:Thread|SECONDS|[A-Z]+SECONDS)\\s*\\.\\s*sleep\\b|\\bparkNanos\\b");

  /** Where a test has a node listen; of several, the first one. */
  private static final Pattern LOOPBACK = Pattern.compile("127\\.0\\.0\\.(?:\" *\\+ \\()?(\\d{3})");

  private static final List<SourceFile> FILES = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(isSource(root)).sorted().toList()) {
        FILES.add(SourceFile.read(root, file));
      }
    }
    assertTrue(FILES.size() >= FEWEST_FILES, FILES.size() + " sources in " + root);
  }

  private static Predicate<Path> isSource(Path root) {
    Pattern source = Pattern.compile("[\\w-]+/src/(?:main|test)/java/.*\\.java");
    return file -> source.matcher(root.relativize(file).toString()).matches();
  }

  private static void none(Stream<String> found) {
    assertEquals("", found.collect(Collectors.joining("\n")));
  }

  /** Where a pattern occurs in code. */
  private static Stream<String> occurrences(SourceFile file, Pattern pattern) {
    return pattern
        .matcher(file.code())
        .results()
        .map(found -> file.name() + ":" + file.line(found.start()) + ": " + found.group());
  }

  @Test
  void noFileIsLongerThan500Lines() {
    none(
        FILES.stream()
            .filter(file -> file.lines().size() > FILE_LINES)
            .map(file -> file.name() + ": " + file.lines().size() + " lines"));
  }

  @Test
  void noLineIsWiderThan100ColumnsButForImportsAddressesAndTextBlocks() {
    none(FILES.stream().flatMap(TidinessTest::wideLines));
  }

  private static Stream<String> wideLines(SourceFile file) {
    List<String> wide = new ArrayList<>();
    for (int line = 1; line <= file.lines().size(); line++) {
      String text = file.lines().get(line - 1);
      boolean allowed =
          text.startsWith("import ") || text.contains("://") || file.inTextBlock(line);
      if (!allowed && text.codePointCount(0, text.length()) > COLUMNS) {
        wide.add(file.name() + ":" + line + ": " + text.strip());
      }
    }
    return wide.stream();
  }

  @Test
  void noMethodIsLongerThan40LinesAndTheListOfExceptionsHasNoMoreThanItMust() {
    Set<String> tooLong =
        FILES.stream()
            .flatMap(file -> SourceMethod.in(file).stream())
            .filter(method -> method.length() > METHOD_LINES)
            .sorted(Comparator.comparing(SourceMethod::name))
            .map(SourceMethod::name)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(STILL_LONG), tooLong);
  }

  @Test
  void noTestIsSwitchedOff() {
    none(FILES.stream().flatMap(file -> occurrences(file, DISABLED)));
  }

  @Test
  void nothingSleeps() {
    none(FILES.stream().flatMap(file -> occurrences(file, SLEEP)));
  }

  @Test
  void classesThatRunSideBySideListenAtAddressesOfTheirOwn() {
    Map<String, Set<String>> users = new TreeMap<>();
    for (SourceFile file : FILES) {
      if (file.name().startsWith("native-test/")) {
        LOOPBACK
            .matcher(String.join("\n", file.lines()))
            .results()
            .forEach(
                found ->
                    users.computeIfAbsent(found.group(1), any -> new TreeSet<>()).add(file.name()));
      }
    }
    assertTrue(users.size() > 20, users::toString);
    none(
        users.entrySet().stream()
            .filter(user -> user.getValue().size() > 1)
            .map(user -> "127.0.0." + user.getKey() + ": " + user.getValue()));
  }
}
