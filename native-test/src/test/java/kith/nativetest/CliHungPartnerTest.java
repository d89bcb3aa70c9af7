package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partner that is stopped in the middle of things: its connections stand, and nothing comes. */
final class CliHungPartnerTest {
  /** Much less than the deadline of a partner, which is 30 s. */
  private static final Duration SOON = Duration.ofSeconds(15);

  @TempDir Path folder;
  private final List<CliHome> partners = new ArrayList<>();
  private final List<ProcessHandle> nodes = new ArrayList<>();
  private CliHome owner;

  @AfterEach
  void stop() throws IOException {
    for (ProcessHandle node : nodes) {
      signal(node, "CONT");
    }
    owner.close();
    for (CliHome partner : partners) {
      partner.close();
    }
  }

  private static void signal(ProcessHandle node, String name) throws IOException {
    Shell.status(List.of("kill", "-" + name, Long.toString(node.pid())));
  }

  @Test
  void whateverIsReadFromPartnersComesFromTheOthersAndTheRestDoesNotWait() throws Exception {
    owner = new CliHome(folder.resolve("o")).init("127.0.0.141:5484");
    Path drive = owner.beside("drive");
    owner.serve();
    for (int i = 0; i < 3; i++) {
      CliHome partner = new CliHome(folder.resolve("p" + i)).init("127.0.0." + (142 + i) + ":5484");
      partners.add(partner);
      nodes.add(partner.serve());
      partner.done("partner", "accept", owner.done("partner", "invite", "--space", "1GiB"));
    }
    owner.done("umount", "--now");
    owner.mount(drive);
    byte[] content = new byte[2_000_000];
    new Random(3).nextBytes(content);
    for (int i = 0; i < 3; i++) {
      Files.write(drive.resolve("f" + i), content);
      content[0]++;
    }
    owner.done("wait", "--timeout", "55s");
    owner.done("umount");
    Shell.run("rm '" + owner.home() + "'/packs/*.pack");
    owner.mount(drive);
    content[0] = (byte) (content[0] - 3);
    for (int i = 0; i < 3; i++) {
      signal(nodes.get(i), "STOP");
      Path file = drive.resolve("f" + i);
      byte[] read = assertTimeoutPreemptively(SOON, () -> Files.readAllBytes(file));
      assertArrayEquals(content, read);
      Path fresh = drive.resolve("new" + i);
      assertTimeoutPreemptively(
          SOON, () -> Shell.run("echo x > '" + fresh + "'; sync '" + fresh + "'; ls -l " + drive));
      signal(nodes.get(i), "CONT");
      content[0]++;
    }
  }
}
