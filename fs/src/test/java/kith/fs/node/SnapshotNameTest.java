package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import kith.fs.DriveException;
import kith.fs.FileName;
import org.junit.jupiter.api.Test;

final class SnapshotNameTest {
  private static FileName latin(String name) throws DriveException {
    return FileName.of(name.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void plainNamesAreShownAsTheyAre() throws DriveException {
    for (String plain : new String[] {"2026-11-21T10-00-00Z", "vor Käse 🙂", "a b"}) {
      assertEquals(plain, SnapshotName.show(FileName.of(plain)));
      assertEquals(FileName.of(plain), SnapshotName.parse(plain));
    }
  }

  @Test
  void whatIsNoTextIsShownAsBytes() throws DriveException {
    assertEquals("b\\xf6d", SnapshotName.show(latin("b\u00f6d")));
    assertEquals(latin("b\u00f6d"), SnapshotName.parse("b\\xf6d"));
    assertEquals("a\\x0ab\\x5cx41\\x7f", SnapshotName.show(FileName.of("a\nb\\x41\u007f")));
    assertEquals(FileName.of("no\\escape"), SnapshotName.parse("no\\escape"));
    assertThrows(DriveException.class, () -> SnapshotName.parse("a\\x2fb"));
  }

  @Test
  void whatIsShownCanBeTyped() throws DriveException {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(12)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = (byte) (random.nextBoolean() ? "\\x4f1z".charAt(at % 6) : random.nextInt(256));
        if (bytes[at] == 0 || bytes[at] == '/' || bytes[at] == '.') {
          bytes[at] = 'q';
        }
      }
      FileName name = FileName.of(bytes);
      assertEquals(name, SnapshotName.parse(SnapshotName.show(name)), () -> "number of " + name);
    }
  }
}
