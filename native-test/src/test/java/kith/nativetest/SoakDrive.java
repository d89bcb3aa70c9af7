package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of an honest node: what was written and synced, and must be there ever after. */
final class SoakDrive {
  private static final int NAMES = 40;
  private static final int LONGEST = 300_000;

  final InternetNodes.Node node;
  private final Map<String, byte[]> files = new TreeMap<>();
  private final Random random;

  SoakDrive(InternetNodes.Node node, long seed) {
    this.node = node;
    this.random = new Random(seed);
  }

  /** Writes, overwrites, moves or removes a file, and syncs it and its name. */
  void step() throws IOException {
    String name = "f" + random.nextInt(NAMES);
    Path file = node.drive.resolve(name);
    int what = random.nextInt(8);
    if (files.containsKey(name) && what == 0) {
      Files.delete(file);
      files.remove(name);
    } else if (files.containsKey(name) && what == 1) {
      String other = "g" + random.nextInt(NAMES);
      Files.move(file, node.drive.resolve(other), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
      files.put(other, files.remove(name));
    } else {
      byte[] content = new byte[random.nextInt(LONGEST)];
      random.nextBytes(content);
      write(file, content);
      files.put(name, content);
    }
    try (var folder = FileChannel.open(node.drive, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (var out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }

  /** Fails unless a folder has these files, byte for byte, and no others. */
  void check(Path folder) throws IOException {
    try (Stream<Path> there = Files.list(folder)) {
      assertEquals(
          String.join(" ", files.keySet()),
          there
              .map(file -> file.getFileName().toString())
              .sorted()
              .collect(Collectors.joining(" ")),
          node.name);
    }
    for (var file : files.entrySet()) {
      byte[] read = Files.readAllBytes(folder.resolve(file.getKey()));
      assertArrayEquals(file.getValue(), read, () -> node.name + " " + file.getKey());
    }
  }
}
