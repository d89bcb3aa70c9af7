package kith.fs.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Tells an index that was lost from one that is new: a file in the home and a row of the index hold
 * the same random mark. Without it, a drive whose index is gone would be mounted as an empty
 * folder, and a mirroring job would take that for "everything was deleted".
 */
final class DriveMark {
  private static final byte[] ROW = "mark".getBytes(StandardCharsets.UTF_8);
  private static final String FILE = "drive.mark";

  private DriveMark() {}

  /**
   * Marks a new drive, or checks the mark of one that has been used.
   *
   * @throws NodeException if the index is not the one that this home had
   */
  static void check(Path home, Rows rows, SecureRandom random) throws IOException, NodeException {
    if (requireKnown(home, rows)) {
      return;
    }
    Path file = home.resolve(FILE);
    byte[] row = rows.get(Table.META, ROW);
    byte[] mark = row;
    if (mark == null) {
      mark = new byte[16];
      random.nextBytes(mark);
      rows.apply(new Update().put(Table.META, ROW, mark));
      rows.sync();
    }
    write(file, text(mark) + "\n");
  }

  /**
   * The same without marking anything.
   *
   * @return whether the home has a mark
   */
  static boolean requireKnown(Path home, Rows rows) throws IOException, NodeException {
    Path file = home.resolve(FILE);
    byte[] row = rows.get(Table.META, ROW);
    boolean marked = Files.exists(file) && Files.size(file) > 0;
    if (marked && (row == null || !text(row).equals(Files.readString(file).strip()))) {
      throw new NodeException(
          ExitCode.ERROR,
          "the index of "
              + home
              + " is lost or from elsewhere, so that the drive would look"
              + " empty. What is safe at the partners is not touched: mount it from the kit with"
              + " 'kith recover --kit FILE --view FOLDER'. 'kith serve' still serves partners");
    }
    return marked;
  }

  /** Over one that a crash has left empty, too. */
  private static void write(Path file, String text) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      out.force(true);
    }
  }

  private static String text(byte[] mark) {
    return HexFormat.of().formatHex(mark);
  }
}
