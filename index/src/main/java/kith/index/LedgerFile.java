package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * Bytes of a ledger's file, big-endian; see docs/formats/index.md. Header: magic u64, version u32,
 * 4 zero bytes, generation u64, owner 32, holder 32, 4 zero bytes, CRC32C u32; then the entries.
 */
final class LedgerFile {
  /** "KithLedg". */
  static final long MAGIC = 0x4b6974684c656467L;

  static final int VERSION = 1;

  static final int HEADER = 96;

  private static final int CHECKED = HEADER - 4;

  private LedgerFile() {}

  static ByteBuffer header(OwnerId owner, OwnerId holder, long generation) {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    header.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(generation);
    header.put(owner.toBytes()).put(holder.toBytes()).putInt(0);
    header.putInt(StagingFormat.crc(header.duplicate().flip()));
    return header.flip();
  }

  /**
   * Checks the header of an existing file.
   *
   * @return the place before its first entry
   */
  static LedgerPosition start(DiskFile file, OwnerId owner, OwnerId holder)
      throws IOException, CorruptDataException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    if (file.read(header, 0) < HEADER
        || StagingFormat.crc(header.duplicate().position(0).limit(CHECKED))
            != header.getInt(CHECKED)
        || header.getLong(0) != MAGIC) {
      throw new CorruptDataException("the header of the ledger of " + owner + " is damaged");
    }
    if (header.getInt(8) != VERSION) {
      throw new CorruptDataException(
          "the ledger has version " + header.getInt(8) + ", this program knows " + VERSION);
    }
    long generation = header.getLong(16);
    if (!header.duplicate().position(0).equals(header(owner, holder, generation))) {
      throw new CorruptDataException("the ledger is not that of " + owner + " at " + holder);
    }
    return LedgerPosition.start(owner, holder, generation);
  }

  /** Where an entry lies. */
  static long offset(long sequence) {
    return HEADER + sequence * LedgerEntry.SIZE;
  }

  /** Whole entries in the file, right or wrong. */
  static long count(DiskFile file) throws IOException {
    return Math.max(0, file.size() - HEADER) / LedgerEntry.SIZE;
  }

  static void write(DiskFile file, List<LedgerEntry> entries) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(entries.size() * LedgerEntry.SIZE);
    entries.forEach(entry -> bytes.put(entry.toBytes()));
    file.write(bytes.flip(), offset(entries.get(0).sequence()));
  }

  /**
   * Reads entries as they are stored.
   *
   * @return one element per entry; null where the bytes can be no entry
   */
  static List<LedgerEntry> read(DiskFile file, long from, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count * LedgerEntry.SIZE);
    int whole = file.read(bytes, offset(from)) / LedgerEntry.SIZE;
    List<LedgerEntry> entries = new ArrayList<>();
    byte[] one = new byte[LedgerEntry.SIZE];
    bytes.flip();
    for (int i = 0; i < whole; i++) {
      bytes.get(one);
      entries.add(parseOrNull(one));
    }
    return entries;
  }

  private static LedgerEntry parseOrNull(byte[] bytes) {
    try {
      return LedgerEntry.parse(bytes);
    } catch (CorruptDataException e) {
      return null;
    }
  }

  /** Makes an empty ledger in place of what may be there. */
  static void begin(Disk disk, Path file, ByteBuffer header) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    disk.delete(unfinished);
    try (DiskFile made = disk.create(unfinished)) {
      made.write(header, 0);
      made.force();
    }
    disk.rename(unfinished, file);
    disk.forceDirectory(file.getParent());
  }
}
