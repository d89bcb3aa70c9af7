package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import kith.codec.Digest;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.SealedShard;

/**
 * Row of table SHARDS, by pack id and shard index: which partner is to hold the shard, and his
 * signed word that he does (docs/formats/packs-rows.md). Immutable.
 */
final class ShardRow {
  private static final int VERSION = 1;
  private static final int FIXED = 2 + OwnerId.SIZE + 8 + 4 + Digest.SIZE + 4;

  /** With the time at which it was verified, before the length. */
  private static final int VERSION_VERIFIED = 2;

  private static final Digest NO_ROOT = new Digest(new byte[Digest.SIZE]);

  private final ShardState state;
  private final OwnerId holder;
  private final long since;
  private final int sealedLength;
  private final Digest root;
  private final byte[] ack;
  private final long verified;

  private ShardRow(ShardState state, OwnerId holder, long since, Sealed sealed, long verified) {
    this.state = state;
    this.holder = holder;
    this.since = since;
    this.sealedLength = sealed.length;
    this.root = sealed.root;
    this.ack = sealed.ack;
    this.verified = verified;
  }

  /** What the holder acknowledged. */
  private record Sealed(int length, Digest root, byte[] ack) {}

  /**
   * A shard that this holder shall get.
   *
   * @param now milliseconds since 1970
   */
  static ShardRow pending(OwnerId holder, long now) {
    return new ShardRow(ShardState.PENDING, holder, now, new Sealed(0, NO_ROOT, new byte[0]), 0);
  }

  /**
   * A shard that its holder has.
   *
   * @param now milliseconds since 1970
   * @param shard what was put
   * @param ack the holder's signed acknowledgement; copied
   */
  static ShardRow placed(long now, SealedShard shard, byte[] ack) {
    Sealed sealed = new Sealed(shard.sealed().length, shard.merkleRoot(), ack.clone());
    return new ShardRow(ShardState.PLACED, shard.holder(), now, sealed, 0);
  }

  /**
   * A shard that its holder has by the word of a head: what he acknowledged is not here any more.
   *
   * @param now milliseconds since 1970
   */
  static ShardRow told(OwnerId holder, long now, int sealedLength) {
    Sealed sealed = new Sealed(sealedLength, NO_ROOT, new byte[0]);
    return new ShardRow(ShardState.PLACED, holder, now, sealed, 0);
  }

  /** This row in another state from now on; what was verified before does not count any more. */
  ShardRow withState(ShardState other, long now) {
    return new ShardRow(other, holder, now, new Sealed(sealedLength, root, ack), 0);
  }

  /**
   * This row after its holder has shown, in this state, that he has the shard.
   *
   * @param now milliseconds since 1970, not 0
   */
  ShardRow verified(long now) {
    return new ShardRow(state, holder, since, new Sealed(sealedLength, root, ack), now);
  }

  ShardState state() {
    return state;
  }

  OwnerId holder() {
    return holder;
  }

  /** When it came into this state at this holder: milliseconds since 1970. */
  long since() {
    return since;
  }

  /** Length in bytes as acknowledged; 0 before. */
  int sealedLength() {
    return sealedLength;
  }

  /** Merkle root as acknowledged; zeros before. */
  Digest root() {
    return root;
  }

  /** The signed acknowledgement; empty before. */
  byte[] ack() {
    return ack.clone();
  }

  /** When its holder showed last that he has it: milliseconds since 1970; 0 for never. */
  long verifiedAt() {
    return verified;
  }

  /** Key of the row of a shard. */
  static byte[] key(PackId pack, int index) {
    return ByteBuffer.allocate(PackId.SIZE + 1).put(pack.toBytes()).put((byte) index).array();
  }

  byte[] encode() {
    boolean with = verified != 0;
    ByteBuffer out = ByteBuffer.allocate(FIXED + (with ? Long.BYTES : 0) + ack.length);
    out.put((byte) (with ? VERSION_VERIFIED : VERSION))
        .put((byte) state.tag())
        .put(holder.toBytes())
        .putLong(since);
    if (with) {
      out.putLong(verified);
    }
    return out.putInt(sealedLength).put(root.toBytes()).putInt(ack.length).put(ack).array();
  }

  /**
   * @throws IOException if the row is damaged or of a later version
   */
  static ShardRow decode(byte[] value) throws IOException {
    boolean with = value.length >= FIXED + Long.BYTES && value[0] == VERSION_VERIFIED;
    if (value.length < FIXED || (value[0] != VERSION && !with)) {
      throw new IOException("shard row of " + value.length + " bytes is damaged or from later");
    }
    ByteBuffer in = ByteBuffer.wrap(value, 1, value.length - 1);
    ShardState state = ShardState.of(in.get() & 0xff);
    byte[] holder = new byte[OwnerId.SIZE];
    in.get(holder);
    long since = in.getLong();
    long verified = with ? in.getLong() : 0;
    int length = in.getInt();
    byte[] root = new byte[Digest.SIZE];
    in.get(root);
    if (in.getInt() != in.remaining()) {
      throw new IOException("damaged shard row");
    }
    byte[] ack = new byte[in.remaining()];
    in.get(ack);
    return new ShardRow(
        state, new OwnerId(holder), since, new Sealed(length, new Digest(root), ack), verified);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ShardRow that && Arrays.equals(encode(), that.encode());
  }

  @Override
  public int hashCode() {
    return Objects.hash(state, holder, since);
  }

  @Override
  public String toString() {
    return state + " at " + holder;
  }
}
