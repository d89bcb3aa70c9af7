package kith.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
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
  void filesOfThePacksReadLastStayOpenAndGoWithThem() throws IOException {
    PackStore packs = new PackStore(directory);
    for (int i = 0; i < 80; i += 2) {
      packs.write(id(i), pack(i));
      assertEquals((byte) (i + 1), packs.read(id(i), 7, 1)[0]);
    }
    assertEquals(32, openFiles());
    packs.delete(id(78));
    assertEquals(31, openFiles());
    assertThrows(NoSuchFileException.class, () -> packs.read(id(78), 0, 1));
    packs.replace(id(76), pack(2));
    assertEquals(3, packs.read(id(76), 7, 1)[0]);
    assertEquals(1, packs.read(id(0), 7, 1)[0]);
    packs.close();
    assertEquals(0, openFiles());
    assertEquals(3, packs.read(id(76), 7, 1)[0]);
    packs.close();
  }

  private long openFiles() throws IOException {
    long count = 0;
    for (String number : Objects.requireNonNull(new File("/proc/self/fd").list())) {
      try {
        Path file = Files.readSymbolicLink(Path.of("/proc/self/fd", number));
        count += file.startsWith(directory) ? 1 : 0;
      } catch (NoSuchFileException e) {
        assertFalse(number.isEmpty()); // closed meanwhile, as the one that lists them
      }
    }
    return count;
  }

  @Test
  void whoReadsWhilePacksComeAndGoGetsTheirBytesOrNone() throws Exception {
    PackStore packs = new PackStore(directory);
    AtomicBoolean ended = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(3);
    try {
      List<Future<Integer>> found = new ArrayList<>();
      for (int reader = 0; reader < 3; reader++) {
        found.add(readers.submit(() -> readUntil(ended, packs)));
      }
      for (int round = 0; round < 200; round++) {
        packs.replace(id(2 * (round % 20)), pack(2 * (round % 20)));
        packs.delete(id(2 * ((round + 10) % 20)));
      }
      ended.set(true);
      for (Future<Integer> count : found) {
        assertTrue(count.get() > 0);
      }
    } finally {
      ended.set(true);
      readers.shutdown();
    }
    packs.close();
    assertEquals(0, openFiles());
  }

  private static int readUntil(AtomicBoolean ended, PackStore packs) throws IOException {
    int found = 0;
    for (int i = 0; !ended.get(); i = (i + 6) % 40) {
      try {
        assertEquals((byte) (i + 1), packs.read(id(i), 7, 1)[0]);
        found++;
      } catch (NoSuchFileException e) {
        assertTrue(e.getMessage().contains(id(i).toString())); // deleted just now
      }
    }
    return found;
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
