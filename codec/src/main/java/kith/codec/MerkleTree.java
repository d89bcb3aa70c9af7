package kith.codec;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The hash tree over the sealed blocks of a shard, as RFC 6962 has it: leaf = SHA-256(0 | block),
 * node = SHA-256(1 | left | right), a left part being the largest power of two below the count. A
 * holder signs the root; a block with its path proves that it belongs to it. Immutable.
 */
public final class MerkleTree {
  /** Levels from the leaves up; a last node without a partner moves up as it is. */
  private final List<List<Digest>> levels;

  private MerkleTree(List<List<Digest>> levels) {
    this.levels = levels;
  }

  /** The root over a whole sealed shard. */
  public static Digest root(byte[] sealedShard) {
    Builder builder = new Builder();
    builder.update(sealedShard, 0, sealedShard.length);
    return builder.build().root();
  }

  /** The root; SHA-256 of nothing where there are no leaves. */
  public Digest root() {
    List<Digest> top = levels.get(levels.size() - 1);
    return top.isEmpty() ? new Digest(Sha256.of(new byte[0])) : top.get(0);
  }

  /** Number of leaves. */
  public int count() {
    return levels.get(0).size();
  }

  /** The audit path of a leaf: the siblings from its level upwards. */
  public List<Digest> path(int index) {
    Objects.checkIndex(index, count());
    List<Digest> path = new ArrayList<>();
    int at = index;
    for (List<Digest> level : levels) {
      int sibling = at ^ 1;
      if (sibling < level.size()) {
        path.add(level.get(sibling));
      }
      at >>= 1;
    }
    return path;
  }

  /**
   * A block that is claimed to be a leaf.
   *
   * @param count leaves of the tree
   * @param index of the block
   * @param block its sealed bytes
   * @param path its siblings
   */
  public record Proof(int count, int index, byte[] block, List<Digest> path) {}

  /** Whether the block is that leaf of the tree with this root. */
  public static boolean verify(Digest root, Proof proof) {
    if (proof.index < 0 || proof.index >= proof.count) {
      return false;
    }
    Digest digest = leaf(proof.block);
    int at = proof.index;
    int used = 0;
    for (int size = proof.count; size > 1; size = (size + 1) / 2, at >>= 1) {
      if ((at ^ 1) >= size) {
        continue;
      }
      if (used == proof.path.size()) {
        return false;
      }
      Digest sibling = proof.path.get(used++);
      digest = at % 2 == 0 ? node(digest, sibling) : node(sibling, digest);
    }
    return used == proof.path.size() && digest.equals(root);
  }

  /** The hash of a leaf. */
  public static Digest leaf(byte[] bytes) {
    MessageDigest sha = Sha256.start();
    sha.update((byte) 0);
    sha.update(bytes);
    return new Digest(sha.digest());
  }

  /** The hash over two parts. */
  public static Digest node(Digest left, Digest right) {
    MessageDigest sha = Sha256.start();
    sha.update((byte) 1);
    sha.update(left.toBytes());
    sha.update(right.toBytes());
    return new Digest(sha.digest());
  }

  /** Takes a sealed shard in pieces of any length. For one thread at a time. */
  public static final class Builder {
    private final List<Digest> leaves = new ArrayList<>();
    private final MessageDigest sha = Sha256.start();
    private int inBlock;

    /** Takes the next bytes. */
    public void update(byte[] bytes, int offset, int length) {
      for (int at = offset; at < offset + length; ) {
        if (inBlock == 0) {
          sha.update((byte) 0);
        }
        int part = Math.min(offset + length - at, ShardLayout.SEALED_BLOCK - inBlock);
        sha.update(bytes, at, part);
        at += part;
        inBlock += part;
        endBlock(ShardLayout.SEALED_BLOCK);
      }
    }

    private void endBlock(int least) {
      if (inBlock >= least) {
        leaves.add(new Digest(sha.digest()));
        inBlock = 0;
      }
    }

    /** The tree over everything taken; nothing may be taken afterwards. */
    public MerkleTree build() {
      endBlock(1);
      List<List<Digest>> levels = new ArrayList<>();
      levels.add(List.copyOf(leaves));
      for (List<Digest> level = leaves; level.size() > 1; ) {
        List<Digest> above = new ArrayList<>();
        for (int i = 0; i + 1 < level.size(); i += 2) {
          above.add(node(level.get(i), level.get(i + 1)));
        }
        if (level.size() % 2 == 1) {
          above.add(level.get(level.size() - 1));
        }
        levels.add(above);
        level = above;
      }
      return new MerkleTree(levels);
    }
  }
}
