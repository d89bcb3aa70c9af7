package kith.codec;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Collects the records of chunks of one kind until the pack is sealed. For one thread at a time.
 */
public final class PackBuilder {
  /** The length in bytes, padding included, that no pack exceeds. */
  public static final int MAX_PACK = PackFormat.MAX_PACK;

  private static final int FIRST_CAPACITY = 256 * 1024;

  /** Most packs get full, and each step copies all that there is. */
  private static final int GROWTH = 8;

  private final PackId id;
  private final PackKind kind;
  private final long headGeneration;
  private final List<PackEntry> entries = new ArrayList<>();
  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int size;

  /**
   * @param id 128 random bits, never used before
   * @param headGeneration generation of the newest head of the drive
   */
  public PackBuilder(PackId id, PackKind kind, long headGeneration) {
    this.id = id;
    this.kind = kind;
    this.headGeneration = headGeneration;
    PackFormat.putHeader(bytes, id, kind);
    size = PackFormat.HEADER;
  }

  public PackId id() {
    return id;
  }

  public PackKind kind() {
    return kind;
  }

  /** Bytes so far, without footer and padding. */
  public int size() {
    return size;
  }

  /** Chunks so far. */
  public int count() {
    return entries.size();
  }

  /** Whether a record of that many bytes can still be appended. */
  public boolean fits(int recordLength) {
    long end = (long) size + recordLength + PackFormat.footerLength(entries.size() + 1);
    return end + PackFormat.TRAILER <= MAX_PACK;
  }

  /**
   * @param stored what {@link ChunkCodec#seal} made
   * @param rawLength of the chunk in bytes
   * @return offset of the record from the start of the pack
   */
  public int append(ChunkId chunk, byte[] stored, int rawLength) {
    if (!fits(stored.length)) {
      throw new IllegalStateException("pack " + id + " is full");
    }
    int offset = size;
    if (size + stored.length > bytes.length) {
      int wanted = Math.max(size + stored.length, bytes.length * GROWTH);
      bytes = Arrays.copyOf(bytes, Math.min(MAX_PACK, wanted));
    }
    System.arraycopy(stored, 0, bytes, size, stored.length);
    size += stored.length;
    entries.add(new PackEntry(chunk, offset, stored.length, rawLength));
    return offset;
  }

  /** Part of the pack so far: for reading a chunk back before the pack is sealed. */
  public byte[] read(int offset, int length) {
    if (offset < 0 || length < 0 || offset + length > size) {
      throw new IndexOutOfBoundsException(length + " bytes at " + offset + " of " + size);
    }
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  /**
   * The whole pack: header, records, encrypted footer, zeros up to a size class, trailer.
   *
   * @param treeKey 32 bytes
   * @param random source of the footer's salt
   */
  public byte[] seal(byte[] treeKey, SecureRandom random) {
    int footerLength = PackFormat.footerLength(entries.size());
    int total = PackFormat.padded(size + footerLength + PackFormat.TRAILER);
    byte[] pack = Arrays.copyOf(bytes, total);
    Arrays.fill(pack, size, total, (byte) 0);
    int crc = PackFormat.crc(pack, 0, size);
    PackFooter footer = new PackFooter(id, kind, headGeneration, crc, entries);
    byte[] box =
        new SaltedBox(random)
            .seal(treeKey, PackFormat.FOOTER_LABEL, id.toBytes(), PackFormat.footer(footer));
    System.arraycopy(box, 0, pack, size, box.length);
    PackFormat.putTrailer(pack, size, box.length);
    return pack;
  }
}
