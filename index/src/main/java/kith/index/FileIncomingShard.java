package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.MerkleTree;
import kith.codec.NotPermittedException;
import kith.codec.ShardName;

/** A shard on its way into a file of its own, hashed as it comes. */
final class FileIncomingShard implements IncomingShard {
  private final HeldOwner owner;
  private final ShardName name;
  private final byte[] descriptor;
  private final long sealedLength;
  private final Path unfinished;
  private final DiskFile file;
  private final MerkleTree.Builder tree = new MerkleTree.Builder();
  private long received;
  private boolean ended;

  /**
   * @param unfinished where the bytes are kept until the commit
   */
  FileIncomingShard(
      HeldOwner owner, ShardName name, byte[] descriptor, long sealedLength, Path unfinished)
      throws IOException {
    this.owner = owner;
    this.name = name;
    this.descriptor = descriptor.clone();
    this.sealedLength = sealedLength;
    this.unfinished = unfinished;
    this.file = owner.place().disk().create(unfinished);
  }

  @Override
  public void write(long offset, ByteBuffer bytes) throws IOException, NotPermittedException {
    requireOpen();
    if (offset != received) {
      throw new NotPermittedException(
          "bytes from " + offset + " of shard " + name + " came when " + received + " were due");
    }
    if (bytes.remaining() > sealedLength - received) {
      throw new NotPermittedException(
          "shard " + name + " is longer than the " + sealedLength + " bytes announced");
    }
    int count = bytes.remaining();
    hash(bytes.duplicate());
    file.write(bytes, HeldFormat.SHARD_HEADER + offset);
    received += count;
  }

  private void hash(ByteBuffer bytes) {
    if (bytes.hasArray()) {
      tree.update(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    } else {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      tree.update(copy, 0, copy.length);
    }
  }

  @Override
  public long received() {
    return received;
  }

  @Override
  public LedgerEntry commit(Digest merkleRoot, long holderTime)
      throws IOException, CorruptDataException, NotPermittedException {
    requireOpen();
    if (received < sealedLength) {
      throw new CorruptDataException(
          "shard " + name + " ends after " + received + " of " + sealedLength + " bytes");
    }
    if (!tree.build().root().equals(merkleRoot)) {
      abort();
      throw new CorruptDataException("shard " + name + " does not have the root stated");
    }
    HeldFormat.ShardHeader header =
        new HeldFormat.ShardHeader(
            owner.place().owner(), name, descriptor, sealedLength, merkleRoot, holderTime);
    try {
      file.write(HeldFormat.write(header), 0);
      file.force();
    } catch (IOException e) {
      abort();
      throw e;
    }
    ended = true;
    file.close();
    return owner.commit(header, unfinished);
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("shard " + name + " was committed or aborted before");
    }
  }

  @Override
  public void abort() throws IOException {
    if (!ended) {
      ended = true;
      file.close();
      owner.place().disk().delete(unfinished);
    }
  }
}
