package kith.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskProbeTest {
  private @TempDir Path folder;

  @Test
  void aDiskThatWorksKeepsNothingOfIt() throws IOException {
    var probe = new DiskProbe(folder);
    for (int i = 0; i < 300; i++) {
      probe.run();
    }
    assertEquals(List.of(), Disk.real().list(folder));
  }

  @Test
  void aFolderThatIsGoneFails() {
    var probe = new DiskProbe(folder.resolve("gone"));
    assertThrows(IOException.class, probe::run);
  }
}
