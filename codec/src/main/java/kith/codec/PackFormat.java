package kith.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes around the records of a pack (docs/formats/codec.md). All numbers are big-endian.
 *
 * <ul>
 *   <li>header 32: magic "KITHPACK" | version u8 | suite u8 | kind u8 | 0 u8 | pack id 16 | CRC-32C
 *       of the 28 bytes before it
 *   <li>footer, before encryption: version u8 | kind u8 | head generation u64 | content CRC-32C u32
 *       | count u32 | per entry: chunk id 32 | record length u32 | raw length u32
 *   <li>trailer 16: footer offset u32 | footer length u32 | magic "KEND" | CRC-32C of the 12 bytes
 *       before it
 * </ul>
 */
final class PackFormat {
  static final int HEADER = 32;
  static final int TRAILER = 16;
  static final int VERSION = 1;
  static final int MAX_PACK = 16 << 20;
  static final String FOOTER_LABEL = "pack footer 1";

  private static final long HEADER_MAGIC = 0x4b4954485041434bL;
  private static final int TRAILER_MAGIC = 0x4b454e44;
  private static final int FOOTER_FIXED = 1 + 1 + 8 + 4 + 4;
  private static final int ENTRY = ChunkId.SIZE + 4 + 4;

  private PackFormat() {}

  /** Bytes of the encrypted footer with this many entries. */
  static int footerLength(int entries) {
    return SaltedBox.OVERHEAD + FOOTER_FIXED + entries * ENTRY;
  }

  /**
   * Padme (Nikitin and others, PETS 2019): the length rounded up so that its floating-point form
   * has a mantissa no longer than its exponent; at most 12% more, less than 4% at a mebibyte.
   */
  static int padded(int length) {
    int exponent = 31 - Integer.numberOfLeadingZeros(length);
    int mantissa = 32 - Integer.numberOfLeadingZeros(exponent);
    int mask = (1 << (exponent - mantissa)) - 1;
    return (length + mask) & ~mask;
  }

  static void putHeader(byte[] pack, PackId id, PackKind kind) {
    ByteBuffer out = ByteBuffer.wrap(pack);
    out.putLong(HEADER_MAGIC)
        .put((byte) VERSION)
        .put((byte) CipherSuite.AES_256_GCM_SHA_256.id())
        .put((byte) kind.tag())
        .put((byte) 0)
        .put(id.toBytes());
    out.putInt(crc(pack, 0, HEADER - 4));
  }

  /** What a header tells. */
  record Header(PackId id, PackKind kind) {}

  static Header header(byte[] pack) throws CorruptDataException {
    ByteBuffer in = ByteBuffer.wrap(pack);
    if (pack.length < HEADER || in.getLong() != HEADER_MAGIC) {
      throw new CorruptDataException("not a pack");
    }
    if (in.getInt(HEADER - 4) != crc(pack, 0, HEADER - 4)) {
      throw new CorruptDataException("the header of a pack is damaged");
    }
    int version = in.get() & 0xff;
    if (version != VERSION) {
      throw new CorruptDataException("pack version " + version + " is unknown to this version");
    }
    CipherSuite.of(in.get() & 0xff);
    PackKind kind = PackKind.of(in.get() & 0xff);
    byte[] id = new byte[PackId.SIZE];
    in.get(in.position() + 1, id);
    return new Header(new PackId(id), kind);
  }

  static void putTrailer(byte[] pack, int footerOffset, int footerLength) {
    int start = pack.length - TRAILER;
    ByteBuffer out = ByteBuffer.wrap(pack, start, TRAILER);
    out.putInt(footerOffset).putInt(footerLength).putInt(TRAILER_MAGIC);
    out.putInt(crc(pack, start, TRAILER - 4));
  }

  static byte[] footer(PackFooter footer) {
    ByteBuffer out = ByteBuffer.allocate(FOOTER_FIXED + footer.entries().size() * ENTRY);
    out.put((byte) VERSION)
        .put((byte) footer.kind().tag())
        .putLong(footer.headGeneration())
        .putInt(footer.contentCrc())
        .putInt(footer.entries().size());
    for (PackEntry entry : footer.entries()) {
      out.put(entry.id().toBytes()).putInt(entry.length()).putInt(entry.rawLength());
    }
    return out.array();
  }

  /**
   * @param plain decrypted, hence written by the owner; still checked against its own length
   */
  static PackFooter footer(PackId id, byte[] plain) throws CorruptDataException {
    ByteBuffer in = ByteBuffer.wrap(plain);
    if (plain.length < FOOTER_FIXED || in.get() != VERSION) {
      throw new CorruptDataException("the footer of pack " + id + " has an unknown version");
    }
    PackKind kind = PackKind.of(in.get() & 0xff);
    long headGeneration = in.getLong();
    int contentCrc = in.getInt();
    int count = in.getInt();
    if (count < 0
        || count != (plain.length - FOOTER_FIXED) / ENTRY
        || in.remaining() % ENTRY != 0) {
      throw new CorruptDataException("the footer of pack " + id + " has another length");
    }
    return new PackFooter(id, kind, headGeneration, contentCrc, entries(in, count));
  }

  private static List<PackEntry> entries(ByteBuffer in, int count) throws CorruptDataException {
    List<PackEntry> entries = new ArrayList<>(count);
    long offset = HEADER;
    for (int i = 0; i < count; i++) {
      byte[] chunk = new byte[ChunkId.SIZE];
      in.get(chunk);
      int length = in.getInt();
      int rawLength = in.getInt();
      if (length < 0 || rawLength < 0 || offset + length > MAX_PACK) {
        throw new CorruptDataException("entry " + i + " of a pack's footer lies outside it");
      }
      entries.add(new PackEntry(new ChunkId(chunk), (int) offset, length, rawLength));
      offset += length;
    }
    return entries;
  }

  static boolean isTrailer(ByteBuffer trailer) {
    byte[] bytes = new byte[TRAILER];
    trailer.get(trailer.position(), bytes);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return in.getInt(8) == TRAILER_MAGIC && in.getInt(12) == crc(bytes, 0, TRAILER - 4);
  }

  static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
