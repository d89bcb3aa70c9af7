package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.PackId;
import kith.codec.PackKind;

/**
 * Row of table PACKS, by pack id (docs/formats/packs-rows.md).
 *
 * @param length of the padded pack, in bytes
 * @param chunks how many it contains
 * @param rawBytes bytes of content of all its chunks
 * @param sequence counts the sealed packs of this drive; older ones are shipped first
 * @param sealedAt milliseconds since 1970, by the clock of this node
 * @param headGeneration as in the footer of the pack
 * @param code empty until the pack is coded, and fixed from then on
 * @param placed how many shards are in state PLACED; changed in one update with the shard rows
 * @param wasSafe whether enough shards for the drive's target were ever placed
 */
record PackRow(
    PackKind kind,
    PackState state,
    int length,
    int chunks,
    long rawBytes,
    long sequence,
    long sealedAt,
    long headGeneration,
    Optional<CodeParameters> code,
    int placed,
    boolean wasSafe) {
  private static final int VERSION = 1;
  private static final int SIZE = 8 + 4 + 4 + 8 * 4;

  /** Key of the row of a pack. */
  static byte[] key(PackId pack) {
    return pack.toBytes();
  }

  /** This row once shards are to be made by this code. */
  PackRow coded(CodeParameters by) {
    return new PackRow(
        kind,
        PackState.SHIPPING,
        length,
        chunks,
        rawBytes,
        sequence,
        sealedAt,
        headGeneration,
        Optional.of(by),
        0,
        wasSafe);
  }

  /** This row once its shards are to be made anew. */
  PackRow uncoded() {
    return new PackRow(
        kind,
        PackState.SEALED,
        length,
        chunks,
        rawBytes,
        sequence,
        sealedAt,
        headGeneration,
        Optional.empty(),
        0,
        wasSafe);
  }

  /**
   * This row with another number of placed shards.
   *
   * @param safeShards how many make the pack safe
   */
  PackRow withPlaced(int count, int safeShards) {
    boolean full = code.isPresent() && count >= code.get().n();
    return new PackRow(
        kind,
        full ? PackState.PLACED : PackState.SHIPPING,
        length,
        chunks,
        rawBytes,
        sequence,
        sealedAt,
        headGeneration,
        code,
        count,
        wasSafe || count >= safeShards);
  }

  /** This row with one placed shard less; for packs that are dropped. */
  PackRow withOneGone() {
    return new PackRow(
        kind,
        state,
        length,
        chunks,
        rawBytes,
        sequence,
        sealedAt,
        headGeneration,
        code,
        Math.max(0, placed - 1),
        wasSafe);
  }

  /** This row in another state. */
  PackRow withState(PackState other) {
    return new PackRow(
        kind,
        other,
        length,
        chunks,
        rawBytes,
        sequence,
        sealedAt,
        headGeneration,
        code,
        placed,
        wasSafe);
  }

  /** This row with more chunks in it than were known. */
  PackRow withMore(int more, long moreRaw) {
    return new PackRow(
        kind,
        state,
        length,
        chunks + more,
        rawBytes + moreRaw,
        sequence,
        sealedAt,
        headGeneration,
        code,
        placed,
        wasSafe);
  }

  /** Whether as many shards are placed as the drive's target asks for. */
  boolean safe(PlacementPolicy policy) {
    return code.isPresent() && placed >= policy.safeShards(code.get());
  }

  byte[] encode() {
    return ByteBuffer.allocate(SIZE)
        .put((byte) VERSION)
        .put((byte) kind.tag())
        .put((byte) state.tag())
        .put((byte) code.map(CodeParameters::codeId).orElse(0).intValue())
        .put((byte) code.map(CodeParameters::m).orElse(0).intValue())
        .put((byte) code.map(CodeParameters::k).orElse(0).intValue())
        .put((byte) placed)
        .put((byte) (wasSafe ? 1 : 0))
        .putInt(length)
        .putInt(chunks)
        .putLong(rawBytes)
        .putLong(sequence)
        .putLong(sealedAt)
        .putLong(headGeneration)
        .array();
  }

  /**
   * @throws IOException if the row is damaged or of a later version
   */
  static PackRow decode(byte[] value) throws IOException {
    if (value.length != SIZE || value[0] != VERSION) {
      throw new IOException("pack row of " + value.length + " bytes is damaged or from later");
    }
    ByteBuffer in = ByteBuffer.wrap(value, 1, SIZE - 1);
    try {
      PackKind kind = PackKind.of(in.get() & 0xff);
      PackState state = PackState.of(in.get() & 0xff);
      Optional<CodeParameters> code = code(in.get() & 0xff, in.get() & 0xff, in.get() & 0xff);
      int placed = in.get() & 0xff;
      boolean wasSafe = (in.get() & 1) != 0;
      return new PackRow(
          kind,
          state,
          in.getInt(),
          in.getInt(),
          in.getLong(),
          in.getLong(),
          in.getLong(),
          in.getLong(),
          code,
          placed,
          wasSafe);
    } catch (CorruptDataException | IllegalArgumentException e) {
      throw new IOException("damaged pack row", e);
    }
  }

  private static Optional<CodeParameters> code(int id, int m, int k) {
    return id == 0 ? Optional.empty() : Optional.of(new CodeParameters(id, m, k));
  }
}
