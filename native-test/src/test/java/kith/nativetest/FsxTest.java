package kith.nativetest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Random;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random operations on one file, of which the content is known at any time. {@code -Dkith.fsx.ops=}
 * lengthens it, {@code -Dkith.fsx.seed=} repeats it.
 */
final class FsxTest {
  private static final int OPERATIONS = Integer.getInteger("kith.fsx.ops", 2_000);
  private static final int MOST = 600_000;
  private static final int LONGEST = 80_000;
  private static final int TOLD = 12;

  @TempDir static Path folder;
  private static MountedProcess mounted;

  @BeforeAll
  static void mount() throws IOException {
    mounted = MountedProcess.start(Binding.LOW_LEVEL, DriveSource.class, folder, "");
  }

  @AfterAll
  static void unmount() throws IOException {
    mounted.close();
  }

  @Test
  void aFileWithOneNameIsWhatWasMadeOfIt() throws IOException {
    run(1);
  }

  @Test
  void aFileWithTwoNamesIsTheSameByEach() throws IOException {
    run(2);
  }

  private static void run(int names) throws IOException {
    long seed = Long.getLong("kith.fsx.seed", System.nanoTime());
    var random = new Random(seed);
    var last = new ArrayDeque<String>();
    Shell.run("rm -f '" + folder + "'/name*");
    var file = new FsxFile(folder, names, MOST);
    try {
      for (int i = 0; i < OPERATIONS; i++) {
        if (last.size() == TOLD) {
          last.remove();
        }
        step(file, random, names, last);
        file.readAndCompare(
            random.nextInt(names), random.nextInt(MOST), 1 + random.nextInt(LONGEST));
        if (i % 20 == 0) {
          file.compareAll();
        }
      }
      file.compareAll();
      file.close();
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage() + " after " + last, e);
    }
  }

  private static void step(FsxFile file, Random random, int names, ArrayDeque<String> told) {
    int name = random.nextInt(names);
    int offset = random.nextInt(MOST - 1);
    int length =
        1 + random.nextInt(Math.min(LONGEST, MOST - offset - 1) + 1) / (random.nextInt(4) + 1);
    length = Math.min(length, MOST - offset);
    int what = random.nextInt(20);
    told.add(what + " by " + name + " " + offset + "+" + length + " of " + file.size());
    switch (what) {
      case 0, 1, 2, 3, 4 -> file.write(name, offset, bytes(random, length));
      case 5 -> {
        if (file.size() + length < MOST) {
          file.append(name, bytes(random, length));
        }
      }
      case 6, 7, 8 -> mapped(file, random, name, offset);
      case 9, 10 -> file.truncate(name, random.nextInt(3) == 0 ? offset / 20 : offset);
      case 11, 12 -> file.allocate(name, 3, offset, length);
      case 13 -> file.allocate(name, random.nextBoolean() ? 16 : 17, offset, length);
      case 14 -> file.allocate(name, random.nextInt(2), offset, length);
      case 15 -> copied(file, random, names);
      case 16 -> file.sync(name, random.nextBoolean());
      case 17 -> file.dropPages(name);
      case 18 -> file.reopen(name);
      default -> file.readAndCompare(name, offset, length);
    }
  }

  private static void mapped(FsxFile file, Random random, int name, int offset) {
    int end = Math.min(file.size(), offset + LONGEST);
    if (end > offset) {
      int length = 1 + random.nextInt(end - offset);
      if (random.nextInt(3) == 0) {
        file.mapAndCompare(name, offset, length);
      } else {
        file.mapAndWrite(name, offset, bytes(random, length), random.nextBoolean());
      }
    }
  }

  private static void copied(FsxFile file, Random random, int names) {
    int half = file.size() / 2;
    if (half > 1) {
      int length = 1 + random.nextInt(Math.min(half, LONGEST));
      int from = random.nextInt(half - length + 1);
      int to = half + random.nextInt(Math.min(half, file.most() - half - length) + 1);
      file.copy(random.nextInt(names), random.nextInt(names), from, to, length);
    }
  }

  private static byte[] bytes(Random random, int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
