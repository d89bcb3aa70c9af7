package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;
import kith.codec.OwnerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each partner's row of the book in a file of its own, so that a node that loses its index still
 * knows whom it serves, and on what terms. A file is
 *
 * <pre>
 *   magic "KAG1" | owner id, 32 bytes | row | CRC-32C of all before u32
 * </pre>
 *
 * and is replaced as a whole. For one thread at a time.
 */
final class AgreementFiles {
  private static final Logger LOG = LoggerFactory.getLogger(AgreementFiles.class);
  private static final byte[] MAGIC = {'K', 'A', 'G', '1'};
  private static final String SUFFIX = ".agreement";
  private static final int FIXED = 4 + OwnerId.SIZE + 4;
  private static final long MAX = 1 << 20;

  private final Path folder;

  /**
   * @param folder made if it is missing
   */
  AgreementFiles(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /** Keeps a row; durable on return. */
  void write(OwnerId partner, byte[] row) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(FIXED + row.length);
    out.put(MAGIC).put(partner.toBytes()).put(row);
    out.putInt(checksum(out.array(), out.position())).flip();
    Path part = folder.resolve(name(partner) + ".part");
    try (FileChannel file =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (out.hasRemaining()) {
        file.write(out);
      }
      file.force(true);
    }
    Files.move(part, folder.resolve(name(partner)), StandardCopyOption.ATOMIC_MOVE);
    forceFolder();
  }

  /** Forgets a row; durable on return. */
  void delete(OwnerId partner) throws IOException {
    Files.deleteIfExists(folder.resolve(name(partner)));
    forceFolder();
  }

  /** All rows; damaged files are left out, with a warning. */
  Map<OwnerId, byte[]> all() throws IOException {
    Map<OwnerId, byte[]> rows = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        byte[] bytes = read(file);
        if (isWhole(bytes)) {
          OwnerId partner = new OwnerId(Arrays.copyOfRange(bytes, 4, 4 + OwnerId.SIZE));
          rows.put(partner, Arrays.copyOfRange(bytes, 4 + OwnerId.SIZE, bytes.length - 4));
        } else {
          LOG.warn("{} is damaged and left out", file);
        }
      }
    }
    return rows;
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.size(file) > MAX ? new byte[0] : Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  private static boolean isWhole(byte[] bytes) {
    return bytes.length > FIXED
        && Arrays.equals(bytes, 0, 4, MAGIC, 0, 4)
        && ByteBuffer.wrap(bytes).getInt(bytes.length - 4) == checksum(bytes, bytes.length - 4);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static String name(OwnerId partner) {
    return HexFormat.of().formatHex(partner.toBytes()) + SUFFIX;
  }

  private void forceFolder() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
