package kith.fs;

import java.util.Arrays;
import java.util.Optional;
import kith.codec.ChunkId;
import kith.codec.FixedBytes;
import kith.codec.PackId;

/** Keys of the items of an index run: a byte that says of what, then its id. */
final class IndexRunKey {
  /** Chunk id -> {@link ChunkPlace}. */
  static final byte CHUNK = 1;

  /** Pack id -> placement, with holders by number; or the pack that took its place. */
  static final byte PACK = 2;

  /** Number of a holder u16 -> owner id. */
  static final byte HOLDER = 3;

  /**
   * Where a placement has the kind of its pack: the pack was sealed anew, as the one that follows.
   */
  private static final byte RESEALED = (byte) 0xff;

  private IndexRunKey() {}

  /** The value of a pack that was sealed anew. */
  static byte[] resealed(PackId to) {
    byte[] value = new byte[1 + PackId.SIZE];
    value[0] = RESEALED;
    to.copyTo(value, 1);
    return value;
  }

  /** The pack that took the place of another; empty if the value is a placement, or nothing. */
  static Optional<PackId> resealed(byte[] value) {
    return value.length == 1 + PackId.SIZE && value[0] == RESEALED
        ? Optional.of(new PackId(id(value)))
        : Optional.empty();
  }

  static byte[] of(ChunkId id) {
    return of(CHUNK, id);
  }

  static byte[] of(PackId id) {
    return of(PACK, id);
  }

  static byte[] ofHolder(int number) {
    return new byte[] {HOLDER, (byte) (number >>> 8), (byte) number};
  }

  /** The id after the first byte. */
  static byte[] id(byte[] key) {
    return Arrays.copyOfRange(key, 1, key.length);
  }

  private static byte[] of(byte what, FixedBytes id) {
    byte[] key = new byte[1 + id.size()];
    key[0] = what;
    id.copyTo(key, 1);
    return key;
  }
}
