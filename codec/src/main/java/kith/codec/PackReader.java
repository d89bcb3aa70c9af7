package kith.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads packs, whole or by ranges, and believes nothing that doesn't fit together. Stateless. */
public final class PackReader {
  /** Length of the trailer, which stands at the very end of a pack. */
  public static final int TRAILER_SIZE = PackFormat.TRAILER;

  private PackReader() {}

  /**
   * Where the encrypted footer lies.
   *
   * @param offset from the start of the pack, in bytes
   * @param length in bytes
   */
  public record FooterPlace(int offset, int length) {}

  /**
   * As {@link #open(byte[], byte[])}, with the keys that the pack was made with.
   *
   * @throws CorruptDataException if anything is not as it was sealed
   */
  public static PackFooter open(byte[] pack, DriveKeys keys) throws CorruptDataException {
    return open(pack, keys.tree(PackFormat.header(pack).id()));
  }

  /**
   * Opens a whole pack and checks all its bytes against the checksum in the footer.
   *
   * @param treeKey 32 bytes
   * @throws CorruptDataException if anything is not as it was sealed
   */
  public static PackFooter open(byte[] pack, byte[] treeKey) throws CorruptDataException {
    PackFormat.Header header = PackFormat.header(pack);
    FooterPlace place = footerPlace(pack);
    PackFooter footer = footer(pack, treeKey);
    boolean padded = isZero(pack, place.offset + place.length, pack.length - TRAILER_SIZE);
    boolean same = PackFormat.crc(pack, 0, place.offset) == footer.contentCrc();
    if (!same || !padded || footer.kind() != header.kind() || end(footer) != place.offset) {
      throw new CorruptDataException(
          "pack " + header.id() + " has other bytes than it was sealed with");
    }
    return footer;
  }

  /**
   * Opens the footer of a whole pack without looking at its records.
   *
   * @param treeKey 32 bytes
   * @throws CorruptDataException if header, trailer or footer is damaged
   */
  public static PackFooter footer(byte[] pack, byte[] treeKey) throws CorruptDataException {
    FooterPlace place = footerPlace(pack);
    byte[] box = Arrays.copyOfRange(pack, place.offset, place.offset + place.length);
    return footer(PackFormat.header(pack).id(), box, treeKey);
  }

  private static FooterPlace footerPlace(byte[] pack) throws CorruptDataException {
    if (pack.length < PackFormat.HEADER + TRAILER_SIZE) {
      throw new CorruptDataException("no pack has " + pack.length + " bytes");
    }
    byte[] trailer = Arrays.copyOfRange(pack, pack.length - TRAILER_SIZE, pack.length);
    return footerPlace(trailer, pack.length);
  }

  /**
   * @param trailer the last {@value #TRAILER_SIZE} bytes of a pack
   * @param packLength length of that pack in bytes
   */
  public static FooterPlace footerPlace(byte[] trailer, int packLength)
      throws CorruptDataException {
    ByteBuffer in = ByteBuffer.wrap(trailer);
    if (trailer.length != TRAILER_SIZE || !PackFormat.isTrailer(in)) {
      throw new CorruptDataException("a pack of " + packLength + " bytes has no trailer");
    }
    int offset = in.getInt();
    int length = in.getInt();
    boolean inside = offset >= PackFormat.HEADER && length >= PackFormat.footerLength(0);
    if (!inside || (long) offset + length > packLength - TRAILER_SIZE) {
      throw new CorruptDataException("the trailer of a pack points outside it");
    }
    return new FooterPlace(offset, length);
  }

  /**
   * @param id the pack that the footer was read from
   * @param box encrypted footer, at its {@link FooterPlace}
   * @throws CorruptDataException if it is not the footer of that pack
   */
  public static PackFooter footer(PackId id, byte[] box, byte[] treeKey)
      throws CorruptDataException {
    byte[] plain = SaltedBox.open(treeKey, PackFormat.FOOTER_LABEL, id.toBytes(), box);
    return PackFormat.footer(id, plain);
  }

  private static int end(PackFooter footer) {
    if (footer.entries().isEmpty()) {
      return PackFormat.HEADER;
    }
    PackEntry last = footer.entries().get(footer.entries().size() - 1);
    return last.offset() + last.length();
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
