package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MountUseTest {
  private long served = TimeUnit.SECONDS.toNanos(3);
  private final MountUse use = new MountUse(() -> served);

  private boolean busyAt(long millis, long servedMicros) {
    served += TimeUnit.MICROSECONDS.toNanos(servedMicros);
    return use.isBusy(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void isBusyFromTheFirstLookThatSeesWorkUntilASecondAfterTheLast() {
    assertFalse(busyAt(0, 0), "what was served before does not count");
    assertTrue(busyAt(200, 1_000));
    assertTrue(busyAt(1_199, 0));
    assertFalse(busyAt(1_200, 0));
    assertTrue(busyAt(1_400, 50_000));
  }

  @Test
  void aRequestNowAndThenIsNoUse() {
    for (int at = 0; at < 10_000; at += 200) {
      assertFalse(busyAt(at, 999));
    }
  }

  @Test
  void theShareOfTheSessionIsWrittenWhenItChanges(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("autogroup");
    SessionShare share = SessionShare.at(file);
    share.nice(0);
    assertFalse(Files.exists(file), "it is 0 from the start");
    share.nice(10);
    assertEquals("10", Files.readString(file));
    Files.delete(file);
    share.nice(10);
    assertFalse(Files.exists(file), "and stays as it was set");
    share.nice(0);
    assertEquals("0", Files.readString(file));
  }
}
