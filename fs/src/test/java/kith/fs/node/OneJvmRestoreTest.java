package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import kith.codec.CodeParameters;
import kith.codec.KithException;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.Kit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is restored from a kit while partners are there, gone, and back. */
final class OneJvmRestoreTest {
  private static final CodeParameters CODE = CodeParameters.of(2, 1);
  private static final int FILES = 12;

  /** Longer than progress is kept back. */
  private static final Duration MOMENT = Duration.ofMillis(300);

  @TempDir Path folder;
  private OneJvm net;
  private final List<OneJvm.Member> partners = new ArrayList<>();
  private final Map<String, byte[]> written = new TreeMap<>();
  private Kit kit;
  private OneJvm.Member owner;

  @BeforeEach
  void publish() throws Exception {
    net = new OneJvm(Files.createDirectory(folder.resolve("net")), 5);
    owner = net.add(CODE);
    for (int i = 0; i < CODE.n(); i++) {
      OneJvm.Member partner = net.add(null);
      OneJvm.befriend(owner, partner);
      partners.add(partner);
    }
    for (int i = 0; i < FILES; i++) {
      byte[] content = new byte[1_400_000 + i * 50_000];
      new Random(i).nextBytes(content);
      OneJvm.write(owner.files(), FileSystem.ROOT, "f" + i, content);
      written.put("f" + i, content);
    }
    owner.core.engine().takeSnapshot(FileName.of("saved"));
    assertTrue(net.publish(owner));
    kit = net.kit(owner, CODE);
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private Path back() {
    return folder.resolve("back");
  }

  private RestoreRequest request() {
    byte[] destination = back().toString().getBytes(StandardCharsets.UTF_8);
    return new RestoreRequest("saved", new byte[0], destination, false, false);
  }

  private RestoreResult restore(ViewCore view) throws IOException, KithException, NodeException {
    var trees = view.session().trees();
    return new NodeRestore(trees, owner.owner(), net.clock, request(), ProgressSink.NONE).run(0);
  }

  private void allIsBack() throws IOException {
    for (var each : written.entrySet()) {
      assertEquals(
          new String(each.getValue(), StandardCharsets.ISO_8859_1),
          Files.readString(back().resolve(each.getKey()), StandardCharsets.ISO_8859_1));
    }
    assertEquals(FILES, back().toFile().list().length);
  }

  @Test
  void whateverTheCodeBearsIsGoneAllComesBack() throws Exception {
    owner.stop();
    partners.get(1).stop();
    try (ViewCore view = net.view(kit)) {
      RestoreResult result = restore(view);
      assertTrue(result.isWhole(), result.failed().toString());
      assertEquals(FILES, result.restored().files());
    }
    allIsBack();
  }

  @Test
  void whatTooFewPartnersHaveIsNamedAndComesWhenTheyAreBack() throws Exception {
    owner.stop();
    try (ViewCore view = net.view(kit)) {
      int[] steps = {0};
      var request = request();
      var trees = view.session().trees();
      ProgressSink goingAway =
          progress -> {
            net.clock.advance(MOMENT);
            if (progress.phase().equals("restoring") && ++steps[0] == 3) {
              stop(partners.get(0));
              stop(partners.get(2));
            }
            return true;
          };
      var result = new NodeRestore(trees, owner.owner(), net.clock, request, goingAway).run(0);
      assertFalse(result.isWhole());
      assertTrue(result.failures() > 0 && result.failures() < FILES, result.failures() + " failed");
      assertEquals(FILES, result.failures() + result.restored().files());
      for (ProblemInfo problem : result.failed()) {
        assertTrue(problem.reason().contains("needs 2 of its 3 shards"), problem.reason());
        assertFalse(Files.exists(back().resolve(problem.path())), problem.path());
      }
    }
    partners.get(0).start();
    partners.get(2).start();
    try (ViewCore view = net.view(kit)) {
      RestoreResult result = restore(view);
      assertTrue(result.isWhole(), result.failed().toString());
      assertTrue(result.restored().files() > 0 && result.unchanged().files() > 0);
    }
    allIsBack();
  }

  private static void stop(OneJvm.Member member) {
    try {
      member.stop();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whoGivesUpKeepsWhatIsWhole() throws Exception {
    owner.stop();
    try (ViewCore view = net.view(kit)) {
      int[] left = {8};
      ProgressSink impatient =
          progress -> {
            net.clock.advance(MOMENT);
            return left[0]-- > 0;
          };
      var trees = view.session().trees();
      var restore = new NodeRestore(trees, owner.owner(), net.clock, request(), impatient);
      var failure = assertThrows(NodeException.class, () -> restore.run(0));
      assertTrue(failure.getMessage().startsWith("given up; what is whole stays"));
      assertTrue(back().toFile().list().length > 1);
      RestoreResult result = restore(view);
      assertTrue(result.unchanged().files() > 0);
      assertTrue(result.isWhole());
    }
    allIsBack();
  }
}
