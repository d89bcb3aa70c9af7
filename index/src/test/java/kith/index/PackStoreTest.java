package kith.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import kith.codec.PackId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PackStoreTest {
  private static final Path PACKS = Path.of("/packs");

  @TempDir Path directory;
  private final CrashDisk disk = new CrashDisk();

  private static PackId id(int number) {
    return new PackId(ByteBuffer.allocate(PackId.SIZE).putInt(number).array());
  }

  private static byte[] pack(int number) {
    byte[] pack = new byte[3000 + 700_000 * (number % 2)];
    Arrays.fill(pack, (byte) (number + 1));
    pack[pack.length - 1] = 77;
    return pack;
  }

  @Test
  void readsWhatWasWritten() throws IOException {
    PackStore packs = new PackStore(directory);
    for (int i = 0; i < 2; i++) {
      packs.write(id(i), pack(i));
    }
    assertEquals(List.of(id(0), id(1)), new PackStore(directory).list());
    assertArrayEquals(pack(1), packs.readAll(id(1)));
    int length = pack(1).length;
    assertArrayEquals(Arrays.copyOfRange(pack(1), 5, length), packs.read(id(1), 5, length - 5));
    assertEquals(length, packs.length(id(1)));
    packs.delete(id(1));
    packs.delete(id(1));
    assertFalse(packs.exists(id(1)));
    assertTrue(packs.exists(id(0)));
    assertThrows(NoSuchFileException.class, () -> packs.read(id(1), 0, 1));
    assertThrows(NoSuchFileException.class, () -> packs.readAll(id(1)));
    assertThrows(NoSuchFileException.class, () -> packs.length(id(1)));
  }

  @Test
  void packsAreNeverOverwritten() throws IOException {
    PackStore packs = new PackStore(directory);
    packs.write(id(0), pack(0));
    assertThrows(FileAlreadyExistsException.class, () -> packs.write(id(0), pack(1)));
    assertArrayEquals(pack(0), packs.readAll(id(0)));
  }

  @Test
  void readingBeyondTheEndIsAnErrorAndNotZeros() throws IOException {
    PackStore packs = new PackStore(directory);
    packs.write(id(0), pack(0));
    assertThrows(EOFException.class, () -> packs.read(id(0), 2990, 11));
  }

  @Test
  void aFullDiskLeavesNothingBehind() throws IOException {
    disk.makeDirectory(PACKS);
    PackStore packs = new PackStore(disk, PACKS);
    disk.setFree(400_000);
    assertThrows(IOException.class, () -> packs.write(id(1), pack(1)));
    assertEquals(List.of(), disk.list(PACKS));
    disk.setFree(Long.MAX_VALUE);
    packs.write(id(0), pack(0));
    assertArrayEquals(pack(0), packs.readAll(id(0)));
  }

  @Test
  void afterAPowerLossPacksAreWholeOrNotThere() throws IOException {
    for (long step = 1; ; step++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(step);
      CrashDisk lossy = new CrashDisk();
      lossy.makeDirectory(PACKS);
      lossy.losePowerAt(step);
      List<PackId> written = new ArrayList<>();
      writeUntilPowerLoss(lossy, written);
      boolean finished = !lossy.isOff();
      lossy.restart(random);
      PackStore packs = new PackStore(lossy, PACKS);
      assertTrue(packs.list().containsAll(written), "step and seed " + step);
      for (int i = 0; i < 3; i++) {
        if (packs.exists(id(i))) {
          assertArrayEquals(pack(i), packs.readAll(id(i)), "step and seed " + step);
        }
      }
      assertEquals(packs.list().size(), lossy.list(PACKS).size(), "step and seed " + step);
      if (finished) {
        assertTrue(step > 15);
        return;
      }
    }
  }

  private static void writeUntilPowerLoss(CrashDisk disk, List<PackId> written) throws IOException {
    try {
      PackStore packs = new PackStore(disk, PACKS);
      for (int i = 0; i < 3; i++) {
        packs.write(id(i), pack(i));
        written.add(id(i));
      }
    } catch (CrashDisk.PowerLoss e) {
      assertTrue(disk.isOff());
    }
  }
}
