package kith.fs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import kith.fs.DriveException;
import kith.fs.FileName;
import org.junit.jupiter.api.Test;

/** The parts of the binding that need no kernel. */
final class EdgeTest {
  @Test
  void everyReasonHasAnErrorNumberOfItsOwn() {
    DriveException.Reason[] reasons = DriveException.Reason.values();
    assertEquals(reasons.length, Arrays.stream(reasons).map(Errno::of).distinct().count());
    assertEquals(Errno.ENOENT, Errno.of(DriveException.Reason.NOT_FOUND));
  }

  @Test
  void theMountTableIsReadWithItsEscapes() {
    List<String> lines =
        List.of(
            "36 35 98:0 /mnt1 /m\\040a\\134b rw,noatime master:1 - ext3 /dev/root rw",
            "37 36 0:50 / /m\\040a\\134b rw shared:2 - fuse.kith kith rw,user_id=0",
            "38 35 0:51 / /m rw - tmpfs tmpfs rw");
    assertEquals(Optional.of("fuse.kith"), MountTable.typeAt(bytes("/m a\\b"), lines));
    assertEquals(Optional.of("tmpfs"), MountTable.typeAt(bytes("/m"), lines));
    assertEquals(Optional.empty(), MountTable.typeAt(bytes("/m a"), lines));
  }

  @Test
  void aNameIsNotRememberedIfNamesChangedMeanwhile() throws IOException {
    var names = new NameCache(8);
    FileName name = FileName.of("n");
    long before = names.stamp();
    names.put(before, 1, name, 5);
    assertEquals(OptionalLong.of(5), names.get(1, name));
    assertEquals(OptionalLong.empty(), names.get(2, name));
    names.forget(1, name);
    assertEquals(OptionalLong.empty(), names.get(1, name));
    names.put(before, 1, name, 5);
    assertEquals(OptionalLong.empty(), names.get(1, name));
  }

  @Test
  void aFullCacheOfNamesForgetsSome() throws IOException {
    var names = new NameCache(4);
    int kept = 0;
    for (int i = 0; i < 100; i++) {
      names.put(names.stamp(), i, FileName.of("n" + i), i + 10);
    }
    for (int i = 0; i < 100; i++) {
      OptionalLong found = names.get(i, FileName.of("n" + i));
      assertTrue(found.isEmpty() || found.getAsLong() == i + 10);
      kept += found.isPresent() ? 1 : 0;
    }
    assertTrue(kept >= 1 && kept <= 4, kept + " kept");
    names.clear();
    assertEquals(OptionalLong.empty(), names.get(99, FileName.of("n99")));
  }

  @Test
  void filesWithoutCapabilitiesAreRememberedUntilOneIsSet() {
    var nodes = new IncapableNodes();
    long before = nodes.stamp();
    nodes.add(before, 7);
    assertTrue(nodes.contains(7));
    assertFalse(nodes.contains(8));
    nodes.clear();
    assertFalse(nodes.contains(7));
    nodes.add(before, 7);
    assertFalse(nodes.contains(7));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
