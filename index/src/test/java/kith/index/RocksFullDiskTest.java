package kith.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RocksDB on a small real filesystem that runs full; in a process and namespace of its own. */
final class RocksFullDiskTest {
  @TempDir Path directory;

  @Test
  void aFullDiskStopsCommitsAndNothingElse() throws Exception {
    String script = "mount -t tmpfs -o size=36m kith \"$0\" && exec \"$@\"";
    Process process =
        new ProcessBuilder(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                script,
                directory.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Scenario.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  /** Fills the disk, checks, frees it, checks again; ends with an exception if all is not well. */
  static final class Scenario {
    private static final int VALUE = 4000;

    private final Path root;
    private final Path ballast;
    private Rows rows;
    private int applied;

    private Scenario(Path root) throws IOException {
      this.root = root;
      this.ballast = root.resolve("ballast");
      Files.createDirectories(root.resolve("checkpoints"));
      Files.write(ballast, new byte[20 << 20]);
      open();
    }

    public static void main(String[] args) throws IOException {
      new Scenario(Path.of(args[0])).run();
    }

    private void open() throws IOException {
      Reserve reserve = new Reserve(root.resolve("reserve"));
      RowStorage storage =
          new RocksStorage(root.resolve("db"), root.resolve("checkpoints"), reserve);
      rows = new Rows(storage, () -> {}, null);
    }

    private void apply(int count) throws IOException {
      for (int i = 0; i < count; i++) {
        byte[] value = ByteBuffer.allocate(VALUE).putInt(applied).array();
        rows.apply(new Update().put(Table.INODES, RowsTest.number(applied++), value));
      }
    }

    private boolean commits() {
      try {
        rows.sync();
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    private void run() throws IOException {
      while (commits()) {
        apply(100);
      }
      require(applied > 1000, "the disk ran full after " + applied + " rows");
      apply(500);
      for (int i = 0; i < 3; i++) {
        require(!commits(), "commits go on failing");
      }
      check("with a full disk");
      Files.delete(ballast);
      require(commits(), "commits go on when there is room");
      apply(500);
      require(commits(), "and go on");
      check("with room");
      rows.close();
      open();
      check("after opening again");
      rows.close();
    }

    private void check(String when) throws IOException {
      for (int i = 0; i < applied; i++) {
        byte[] value = rows.get(Table.INODES, RowsTest.number(i));
        require(value != null && ByteBuffer.wrap(value).getInt() == i, "row " + i + " " + when);
      }
      int[] count = new int[1];
      rows.scan(Table.INODES, new byte[0], null, (key, value) -> ++count[0] > 0);
      require(count[0] == applied, count[0] + " of " + applied + " rows " + when);
    }

    private static void require(boolean well, String what) {
      if (!well) {
        throw new IllegalStateException("not so: " + what);
      }
    }
  }
}
