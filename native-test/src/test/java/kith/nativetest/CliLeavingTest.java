package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drive at three partners over real links, one of whom is left by the command line. */
final class CliLeavingTest {
  private static final Pattern OWNER = Pattern.compile("\"owner\" : \"([^\"]+)\"");

  @TempDir Path folder;
  private final List<CliHome> homes = new ArrayList<>();
  private final byte[] content = new byte[3 << 20];
  private Path drive;

  @BeforeEach
  void befriend() throws IOException {
    for (int i = 0; i < 4; i++) {
      CliHome home = new CliHome(folder.resolve("h" + i)).init("127.0.0." + (150 + i) + ":5484");
      homes.add(home);
    }
    drive = anna().beside("drive");
    anna().mount(drive);
    for (CliHome partner : homes.subList(1, 4)) {
      partner.serve();
      String code = anna().done("partner", "invite", "--name", "anna", "--space", "1GiB");
      partner.done("partner", "accept", code, "--name", "p" + homes.indexOf(partner));
    }
    new Random(1).nextBytes(content);
    Files.write(drive.resolve("f"), content);
    anna().done("wait", "--timeout", "60s");
  }

  @AfterEach
  void close() throws IOException {
    for (CliHome home : homes) {
      home.close();
    }
  }

  private CliHome anna() {
    return homes.get(0);
  }

  private static boolean knows(CliHome home, String owner) throws IOException {
    return home.answer("partner", "list", "--json").contains(owner);
  }

  private static String owner(CliHome home) throws IOException {
    var found = OWNER.matcher(home.answer("status", "--json"));
    assertTrue(found.find());
    return found.group(1);
  }

  @Test
  void whoIsLeftFreesTheSpaceAndEverythingIsReadWithoutHim() throws IOException {
    CliHome left = homes.get(1);
    String annas = owner(anna());
    String lefts = owner(left);
    assertTrue(heldBytes(left) > 1 << 20);
    CliRun none = anna().kith("partner", "leave", "nobody");
    assertEquals(1, none.code(), none::toString);
    String said = anna().done("partner", "leave", "p1");
    assertTrue(said.contains("Leaving: p1 (your notice, not told yet)"), said);
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> !knows(anna(), lefts) && !knows(left, annas));
    assertEquals(0, heldBytes(left));
    String kit = anna().done("kit");
    anna().done("umount", "--now");
    left.close();
    Path file = Files.writeString(folder.resolve("kit.txt"), kit);
    CliHome fresh = new CliHome(folder.resolve("fresh"));
    homes.add(fresh);
    Path view = fresh.beside("view");
    fresh.done("recover", "--kit", file.toString(), "--view", view.toString());
    assertArrayEquals(content, Files.readAllBytes(view.resolve("live/f")));
    fresh.done("umount", view.toString());
  }

  private static long heldBytes(CliHome home) throws IOException {
    try (Stream<Path> files = Files.walk(home.home().resolve("held"))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
