package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A program that writes into a folder of a drive and remembers what must be there: a change only
 * after fsync of the file, and of the folder where names changed. For one thread.
 */
final class KilledWriter {
  private static final int FILES = 25;
  private static final int BLOCK = 4096;

  /** So many snapshots are compared after each round; all of them at last. */
  private static final int SOME = 4;

  private final String name;
  private final Random random;

  /** Content by name; what is not in it must not be there. */
  private final Map<String, byte[]> manifest = new HashMap<>();

  private final Map<String, Map<String, byte[]>> snapshots = new LinkedHashMap<>();

  /** What was being done when the node died, and what the file is if it was done; null if gone. */
  private String unsure = "";

  private byte[] next;

  /** The other name of a rename that was being done. */
  private String unsureFrom = "";

  KilledWriter(String name, long seed) {
    this.name = name;
    this.random = new Random(seed);
  }

  String folder() {
    return name;
  }

  /** Makes one change; fails when the node is gone. */
  void step(Path mount) throws IOException {
    Path folder = mount.resolve(name);
    String file = "f" + random.nextInt(FILES);
    byte[] before = manifest.get(file);
    int what = random.nextInt(10);
    if (before == null || what < 4) {
      replace(folder, file);
    } else if (what < 6) {
      overwrite(folder, file, before);
    } else if (what < 7) {
      truncate(folder, file, before);
    } else if (what < 8) {
      begin(file, null);
      Files.delete(folder.resolve(file));
      sync(folder);
      done();
    } else {
      rename(folder, file, before);
    }
  }

  private void begin(String file, byte[] content) {
    unsure = file;
    next = content;
  }

  private void done() {
    if (next == null) {
      manifest.remove(unsure);
    } else {
      manifest.put(unsure, next);
    }
    if (!unsureFrom.isEmpty()) {
      manifest.remove(unsureFrom);
    }
    unsure = "";
    unsureFrom = "";
  }

  private byte[] content() {
    byte[] content = new byte[1 + random.nextInt(random.nextInt(12) == 0 ? 1_500_000 : 50_000)];
    random.nextBytes(content);
    return content;
  }

  /** As careful programs do: a new file takes the place of the old. */
  private void replace(Path folder, String file) throws IOException {
    begin(file, content());
    Path fresh = folder.resolve("new");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      write(out, next, 0);
      out.force(true);
    }
    Files.move(fresh, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    sync(folder);
    done();
  }

  private void overwrite(Path folder, String file, byte[] before) throws IOException {
    int from = random.nextInt(before.length);
    byte[] part = new byte[1 + random.nextInt(Math.min(40_000, before.length - from))];
    random.nextBytes(part);
    byte[] after = before.clone();
    System.arraycopy(part, 0, after, from, part.length);
    begin(file, after);
    try (FileChannel out = FileChannel.open(folder.resolve(file), StandardOpenOption.WRITE)) {
      write(out, part, from);
      out.force(false);
    }
    done();
  }

  private void truncate(Path folder, String file, byte[] before) throws IOException {
    begin(file, Arrays.copyOf(before, random.nextInt(before.length) + 1));
    try (FileChannel out = FileChannel.open(folder.resolve(file), StandardOpenOption.WRITE)) {
      out.truncate(next.length);
      out.force(true);
    }
    done();
  }

  private void rename(Path folder, String file, byte[] before) throws IOException {
    String to = "f" + random.nextInt(FILES);
    if (to.equals(file)) {
      return;
    }
    begin(to, before);
    unsureFrom = file;
    Files.move(folder.resolve(file), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    sync(folder);
    done();
  }

  private static void write(FileChannel out, byte[] bytes, long position) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    long at = position;
    while (left.hasRemaining()) {
      at += out.write(left, at);
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel directory = FileChannel.open(folder)) {
      directory.force(true);
    }
  }

  /** Takes a snapshot. */
  void snapshot(Path mount, String snapshot) throws IOException {
    Files.createDirectory(mount.resolve(".snapshots").resolve(snapshot));
    snapshots.put(snapshot, new HashMap<>(manifest));
  }

  /** What was in the middle is old or new from now on; everything else is as it was. */
  void settle(Path mount) throws IOException {
    if (!unsure.isEmpty()) {
      Path folder = mount.resolve(name);
      byte[] now = read(folder.resolve(unsure));
      byte[] old = manifest.get(unsure);
      assertTrue(isOldOrNew(now, old, next), folder.resolve(unsure) + " is neither old nor new");
      boolean isNew = Arrays.equals(now, next);
      if (!unsureFrom.isEmpty()) {
        byte[] from = read(folder.resolve(unsureFrom));
        assertArrayEquals(isNew ? null : manifest.get(unsureFrom), from, "a rename in two halves");
        put(unsureFrom, from);
      }
      put(unsure, now);
      unsure = "";
      unsureFrom = "";
    }
    check(mount, SOME);
  }

  private void put(String file, byte[] content) {
    if (content == null) {
      manifest.remove(file);
    } else {
      manifest.put(file, content);
    }
  }

  /** Whole, or where it was written over in place, in each of its blocks. */
  private static boolean isOldOrNew(byte[] now, byte[] old, byte[] next) {
    if (Arrays.equals(now, old) || Arrays.equals(now, next)) {
      return true;
    }
    if (now == null || old == null || next == null || now.length != old.length) {
      return false;
    }
    for (int at = 0; at < now.length && old.length == next.length; at += BLOCK) {
      int end = Math.min(at + BLOCK, now.length);
      boolean same =
          Arrays.equals(now, at, end, old, at, end) || Arrays.equals(now, at, end, next, at, end);
      if (!same) {
        return false;
      }
    }
    return old.length == next.length;
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Everything in the manifest is there and right, and in all snapshots. */
  void check(Path mount) throws IOException {
    check(mount, snapshots.size());
  }

  /**
   * @param newest how many snapshots are compared at most
   */
  private void check(Path mount, int newest) throws IOException {
    same(mount.resolve(name), manifest);
    List<String> all = List.copyOf(snapshots.keySet());
    for (String snapshot : all.subList(Math.max(0, all.size() - newest), all.size())) {
      same(mount.resolve(".snapshots").resolve(snapshot).resolve(name), snapshots.get(snapshot));
    }
  }

  /** The same of a view, where snapshots stand beside the live tree. */
  void checkView(Path view) throws IOException {
    same(view.resolve("live").resolve(name), manifest);
    for (String snapshot : List.copyOf(snapshots.keySet())) {
      same(view.resolve(snapshot).resolve(name), snapshots.get(snapshot));
    }
  }

  private static void same(Path folder, Map<String, byte[]> expected) throws IOException {
    for (int i = 0; i < FILES; i++) {
      assertArrayEquals(expected.get("f" + i), read(folder.resolve("f" + i)), folder + "/f" + i);
    }
  }
}
