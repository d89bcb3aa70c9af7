package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.MerkleTree;
import kith.codec.ShardLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the file of a held shard with its row, byte for byte. For any number of threads. */
final class ShardCheck {
  private static final Logger log = LoggerFactory.getLogger(ShardCheck.class);
  private static final int AT_ONCE = 16 * ShardLayout.SEALED_BLOCK;

  private ShardCheck() {}

  /** Whether the file has the header, length and Merkle root of the row; reads all of it. */
  static boolean isWhole(HeldPlace place, HeldShard shard) {
    try (DiskFile file = place.disk().openRead(place.shard(shard.name()))) {
      return file.size() == HeldFormat.SHARD_HEADER + shard.sealedLength()
          && hasHeader(file, place, shard)
          && root(file, shard.sealedLength()).equals(shard.merkleRoot());
    } catch (NoSuchFileException | CorruptDataException e) {
      return false;
    } catch (IOException e) {
      log.warn("shard {} of {} cannot be read", shard.name(), place.owner(), e);
      return false;
    }
  }

  private static boolean hasHeader(DiskFile file, HeldPlace place, HeldShard shard)
      throws IOException, CorruptDataException {
    ByteBuffer bytes = ByteBuffer.allocate(HeldFormat.SHARD_HEADER);
    file.read(bytes, 0);
    HeldFormat.ShardHeader header = HeldFormat.shardHeader(bytes.flip());
    return header.owner().equals(place.owner()) && header.shard(shard.sequence()).equals(shard);
  }

  /**
   * Copies the file of a shard, with another holder's time in its header, and makes it durable.
   *
   * @return the header of the copy
   * @throws CorruptDataException if the file is not whole
   */
  static HeldFormat.ShardHeader copy(HeldPlace place, HeldShard shard, long holderTime, Path target)
      throws IOException, CorruptDataException {
    HeldFormat.ShardHeader header;
    try {
      header = place.header(shard.name());
    } catch (NoSuchFileException e) {
      throw new CorruptDataException("the file of shard " + shard.name() + " is lost", e);
    }
    MerkleTree.Builder tree = new MerkleTree.Builder();
    HeldFormat.ShardHeader copied = header.at(holderTime);
    try (DiskFile from = place.disk().openRead(place.shard(shard.name()));
        DiskFile to = place.disk().create(target)) {
      to.write(HeldFormat.write(copied), 0);
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(AT_ONCE, shard.sealedLength()));
      int count = 1;
      for (long at = 0; at < shard.sealedLength() && count > 0; at += count) {
        bytes.clear().limit((int) Math.min(bytes.capacity(), shard.sealedLength() - at));
        count = from.read(bytes, HeldFormat.SHARD_HEADER + at);
        tree.update(bytes.array(), 0, count);
        to.write(bytes.flip(), HeldFormat.SHARD_HEADER + at);
      }
      to.force();
    }
    boolean whole =
        header.name().equals(shard.name())
            && header.owner().equals(place.owner())
            && header.sealedLength() == shard.sealedLength()
            && header.merkleRoot().equals(shard.merkleRoot())
            && tree.build().root().equals(shard.merkleRoot());
    if (!whole) {
      throw new CorruptDataException("the file of shard " + shard.name() + " is damaged");
    }
    return copied;
  }

  private static Digest root(DiskFile file, long sealedLength) throws IOException {
    MerkleTree.Builder tree = new MerkleTree.Builder();
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(AT_ONCE, sealedLength));
    for (long at = 0; at < sealedLength; at += bytes.limit()) {
      bytes.clear().limit((int) Math.min(bytes.capacity(), sealedLength - at));
      int count = file.read(bytes, HeldFormat.SHARD_HEADER + at);
      tree.update(bytes.array(), 0, count);
    }
    return tree.build().root();
  }
}
