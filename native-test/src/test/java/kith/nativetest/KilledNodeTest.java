package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node with a partner is killed with SIGKILL while programs write into its drive and snapshots
 * are taken. At last its packs are removed and everything is read from the partner; then the whole
 * home is gone, and it is read by the kit. {@code -Dkith.kill.rounds=} lengthens it ({@code make
 * soak}), {@code -Dkith.random.seed=} repeats it.
 */
final class KilledNodeTest {
  private static final int ROUNDS = Integer.getInteger("kith.kill.rounds", 2);
  private static final int WRITERS = 3;

  @TempDir Path folder;
  private final long seed = Long.getLong("kith.random.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<KilledWriter> writers = new ArrayList<>();
  private CliHome owner;
  private CliHome partner;
  private Path mount;

  @BeforeEach
  void begin() throws IOException {
    owner = new CliHome(folder.resolve("o")).init("127.0.0.131:5484");
    partner = new CliHome(folder.resolve("p")).init("127.0.0.132:5484");
    mount = owner.beside("drive");
    partner.serve();
    owner.serve();
    String code = owner.done("partner", "invite", "--space", "10GiB");
    partner.done("partner", "accept", code);
    owner.done("umount", "--now");
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new KilledWriter("w" + i, random.nextLong()));
    }
  }

  @AfterEach
  void end() throws IOException {
    owner.close();
    partner.close();
  }

  @Test
  void whatWasSyncedIsThereAfterSigkillAndAtLastFromThePartner() throws Exception {
    try {
      ProcessHandle node = owner.mount(mount);
      for (KilledWriter writer : writers) {
        Files.createDirectory(mount.resolve(writer.folder()));
      }
      Shell.run("sync '" + mount + "'");
      for (int round = 0; round < ROUNDS; round++) {
        writeUntilKilled(node, round);
        node = owner.mount(mount);
        for (KilledWriter writer : writers) {
          writer.settle(mount);
        }
      }
      readFromThePartner();
      readByTheKit();
    } catch (AssertionError | IOException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + owner.log(), e);
    }
  }

  private void writeUntilKilled(ProcessHandle node, int round) throws Exception {
    int after = 300 + random.nextInt(3000);
    var steps = new AtomicInteger();
    var killed =
        CompletableFuture.runAsync(
            () -> CliHome.kill(node),
            CompletableFuture.delayedExecutor(after, TimeUnit.MILLISECONDS));
    List<CompletableFuture<IOException>> ends = new ArrayList<>();
    for (KilledWriter writer : writers) {
      boolean first = writer == writers.get(0);
      ends.add(CompletableFuture.supplyAsync(() -> write(writer, first ? round : -1, steps)));
    }
    for (CompletableFuture<IOException> end : ends) {
      end.get(120, TimeUnit.SECONDS);
    }
    killed.get(60, TimeUnit.SECONDS);
    assertTrue(steps.get() > 0, "nothing was written");
  }

  /**
   * Writes until the node is gone.
   *
   * @param round takes a snapshot of that name, unless it is negative
   */
  private IOException write(KilledWriter writer, int round, AtomicInteger steps) {
    try {
      for (int step = 0; ; step++) {
        writer.step(mount);
        steps.incrementAndGet();
        if (step == 10 && round >= 0) {
          writer.snapshot(mount, "r" + round);
        }
      }
    } catch (IOException e) {
      return e;
    }
  }

  /** The local cache is lost; what is safe is read from elsewhere. */
  private void readFromThePartner() throws IOException {
    for (int i = 0; i < 20 && owner.kith("wait", "--timeout", "45s").code() == 17; i++) {
      assertTrue(i < 19, "it does not become safe");
    }
    owner.done("umount", mount.toString());
    Shell.run("rm '" + owner.home() + "'/packs/*.pack");
    owner.mount(mount);
    for (KilledWriter writer : writers) {
      writer.check(mount);
    }
  }

  private void readByTheKit() throws IOException {
    Path kit = Files.writeString(folder.resolve("kit"), owner.done("kit"));
    owner.done("umount", "--now", mount.toString());
    Shell.run("rm -r '" + owner.home() + "'");
    try (CliHome bare = new CliHome(folder.resolve("bare"))) {
      Path view = bare.beside("view");
      bare.done("recover", "--kit", kit.toString(), "--view", view.toString());
      for (KilledWriter writer : writers) {
        writer.checkView(view);
      }
      bare.done("umount", view.toString());
    }
  }
}
