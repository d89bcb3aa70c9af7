package kith.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import kith.codec.KithException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StagingTest {
  @TempDir Path directory;

  static byte[] read(Staging staging, StagedRecord record, int skip, int count)
      throws IOException, KithException {
    ByteBuffer target = ByteBuffer.allocate(count);
    staging.read(record.segment(), record.position(), record.length(), skip, target);
    return target.flip().remaining() == count ? target.array() : null;
  }

  @Test
  void readsWhatWasAppended() throws IOException, KithException {
    try (Staging staging = new Staging(directory)) {
      StagedRecord one = staging.append(1, 0, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
      StagedRecord two = staging.append(2, 9, ByteBuffer.wrap(new byte[] {5, 6}));
      staging.force();
      assertArrayEquals(new byte[] {2, 3}, read(staging, one, 1, 2));
      assertArrayEquals(new byte[] {4}, read(staging, one, 3, 1));
      assertArrayEquals(new byte[] {5, 6}, read(staging, two, 0, 2));
      assertEquals(one.segment(), two.segment());
    }
  }
}
